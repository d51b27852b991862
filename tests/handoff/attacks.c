#include "attacks.h"

#include <stdio.h>

#include "base/coding.h"
#include "crypt/hash.h"
#include "unsigned.h"

struct desk *receiver;

static struct desk other;
static int files;

int
attack_setup(void **state)
{
	if (world_setup(state) != 0)
		return -1;
	desk_open(&other, "11150", "commune", "Xã Khác", "S2SS");
	desk_trusts(&district, &other);
	desk_new(&commune, "11149", "A");
	receiver = &district;
	no_signature = false;
	return 0;
}

int
attack_teardown(void **state)
{
	desk_close(&other);
	return world_teardown(state);
}

const char *
written(struct forge *f)
{
	return forge_write(
	    f, world, stick, arena_printf(world, "%d.ansinh", files++));
}

/* What the commune would send, for the table to spoil. */
struct forge
genuine(void)
{
	struct forge f;

	forge_events(&f, world, &commune.who, &district.who, commune.s);
	return f;
}

/* From the district to the commune, with a trust list of that version. */
struct forge
genuine_list(uint64_t version)
{
	struct forge f;

	receiver = &commune;
	district.trust.version = version;
	forge_init(&f, &district.who, &commune.who, 1);
	f.extra_name = "data/packs/trust.json";
	f.extra = trust_format(world, &district.trust).p;
	f.out.trust = f.head.trust = version;
	return f;
}

/* The bytes of a file, to change them. */
static char *
bytes_of(const char *path, size_t *n)
{
	struct str bytes;

	ok(file_read(world, path, BUNDLE_FILE_MAX, &bytes, &e));
	*n = bytes.n;
	return arena_dup(world, bytes.p, bytes.n);
}

static const char *
rewritten(const char *path, const char *bytes, size_t n)
{
	ok(file_write(path, (struct str){ bytes, n }, 0644, false, &e));
	return path;
}

/* Nobody's bundle: the finder of a stick makes one of his own. */
static const char *
unknown_sender(void)
{
	struct forge f = genuine();

	f.signer = &district.who; /* a key that is on no card here */
	return written(&f);
}

/* ... and signs it with his own name. */
static const char *
unknown_name(void)
{
	struct forge f = genuine();

	f.signer = &district.who;
	memcpy(f.out.from_unit, "11152", 6);
	return written(&f);
}

/* A known device puts a name to it that nobody knows. */
static const char *
signed_for_a_stranger(void)
{
	struct forge f = genuine();

	memcpy(f.out.from_unit, "11152", 6);
	return written(&f);
}

static const char *
revoked_sender(void)
{
	struct forge f = genuine();

	district.trust.device[0].revoked = true;
	district.trust.device[0].revoked_from = 1;
	return written(&f);
}

/* A known device signs what another has made: the name stays. */
static const char *
signed_again(void)
{
	struct forge f = genuine();

	f.signer = &other.who;
	return written(&f);
}

/* ... and writes its own name outside: the bag goes on in a new wrapping. */
static const char *
wrapped_again(void)
{
	struct forge f = genuine();

	f.signer = &other.who;
	memcpy(f.out.from_unit, "11150", 6);
	memcpy(f.out.from_device, "S2SS", 5);
	return written(&f);
}

static const char *
header_altered(void)
{
	struct forge f = genuine();
	const char *path = written(&f);
	size_t n;
	char *b = bytes_of(path, &n), *at = memmem(b, n, " n=1 ", 5);

	at[3] = '2';
	return rewritten(path, b, n);
}

/* As a stick that was pulled too early has it. */
static const char *
cut_off(void)
{
	struct forge f = genuine();
	const char *path = written(&f);
	size_t n;
	char *b = bytes_of(path, &n);

	return rewritten(path, b, n / 2);
}

static const char *
signature_stripped(void)
{
	struct forge f = genuine();
	const char *path = written(&f);
	size_t n;
	char *b = bytes_of(path, &n);
	char *at = memmem(b, n, "payload.tar.zst.age.minisig", 27);

	memset(at, 0, 1024);
	return rewritten(path, b, (size_t)(at - b) + 1024);
}

static const char *
inside_signed_by_another(void)
{
	struct forge f = genuine();

	f.inner_signer = &other.who;
	return written(&f);
}

/* The manifest of another bundle of the same sender, with its signature. */
static const char *
manifest_of_another(void)
{
	struct forge f = genuine();

	f.comment = "ansinh-bag 1 from=11149/K7Q2 to=298 n=7";
	return written(&f);
}

static const char *
manifest_for_another(void)
{
	struct forge f = genuine();

	f.comment = "ansinh-bag 1 from=11149/K7Q2 to=297 n=1";
	return written(&f);
}

/* The bag of the one that came after it. */
static const char *
bag_of_another(void)
{
	struct forge f = genuine();

	f.head.number = 2;
	return written(&f);
}

static const char *
sums_of_another(void)
{
	struct forge f = genuine();

	f.manifest = "00112233445566778899aabbccddeeff"
		     "00112233445566778899aabbccddeeff  data/head.json\n";
	return written(&f);
}

/* Sealed for the district of old, and handed on to this one. */
static const char *
handed_on(void)
{
	struct forge f = genuine();

	memcpy(f.head.to_unit, "297", 4);
	return written(&f);
}

static const char *
for_another_unit(void)
{
	struct forge f = genuine();

	memcpy(f.out.to_unit, "297", 4);
	return written(&f);
}

static const char *
sealed_for_another(void)
{
	struct forge f = genuine();

	f.recipients = &other.who.card.age;
	return written(&f);
}

/* One's own bundle comes back as if another had sent it. */
static const char *
sent_back(void)
{
	struct forge f;

	desk_trusts(&commune, &commune);
	receiver = &commune;
	forge_init(&f, &commune.who, &commune.who, 3);
	return written(&f);
}

static const char *
not_its_district(void)
{
	struct forge f;

	desk_trusts(&commune, &other);
	receiver = &commune;
	forge_init(&f, &other.who, &commune.who, 1);
	return written(&f);
}

/* A commune sends records of its neighbour. */
static const char *
foreign_scope(void)
{
	struct forge f;

	forge_events(&f, world, &other.who, &district.who, commune.s);
	return written(&f);
}

/* ... in a feed that is said to be its own. */
static const char *
feed_of_another(void)
{
	struct forge f;

	forge_events(&f, world, &other.who, &district.who, commune.s);
	memcpy(f.head.feeds[0].key, other.who.card.sign.key, 32);
	memcpy(f.head.feeds[0].unit, "11150", 6);
	memcpy(f.head.feeds[0].scope, "11150", 6);
	memcpy(f.head.feeds[0].device, "S2SS", 5);
	return written(&f);
}

/* A feed that is known here, under another key. */
static const char *
feed_with_another_key(void)
{
	struct forge f;

	desk_import(&district, desk_export(&commune, "298"));
	f = genuine();
	f.head.feeds[0].key[0] ^= 1;
	return written(&f);
}

static const char *
device_of_another(void)
{
	struct forge f = genuine();

	memcpy(f.head.feeds[0].device, "ZZZZ", 5);
	return written(&f);
}

static const char *
scope_of_another(void)
{
	struct forge f = genuine();

	memcpy(f.head.feeds[0].scope, "11150", 6);
	return written(&f);
}

/* A commune writes as the district, whose decisions count. */
static const char *
role_of_another(void)
{
	struct forge f = genuine();

	memcpy(f.head.feeds[0].role, "district", 9);
	return written(&f);
}

static const char *
checkpoint_forged(void)
{
	struct forge f = genuine();

	f.head.n_checkpoints = 1;
	f.head.checkpoints = arena_alloc(world, sizeof(struct str));
	f.head.checkpoints[0] = str_of(checkpoint_make(world, other.who.sign,
	    &f.head.feeds[0].id, 2, &(struct event_id){ { 1 } }));
	return written(&f);
}

static const char *
checkpoint_of_nothing(void)
{
	struct forge f = genuine();

	f.head.n_checkpoints = 1;
	f.head.checkpoints = arena_alloc(world, sizeof(struct str));
	f.head.checkpoints[0] = STR("hello");
	return written(&f);
}

/* Who gives out a list says whom to believe. */
static const char *
list_of_a_commune(void)
{
	struct forge f = genuine();

	f.extra_name = "data/packs/trust.json";
	f.extra = trust_format(world, &district.trust).p;
	return written(&f);
}

/* A commune gives out a form, and so says who may write its fields. */
static const char *
form_of_a_commune(void)
{
	struct forge f = genuine();
	uint8_t hash[32];
	char hex[65];

	f.extra = "{\"v\":1}";
	hash_blake2b(hash, str_of(f.extra));
	hex_encode(hex, hash, sizeof hash);
	f.extra_name = arena_printf(world, "data/packs/form-%s.json", hex);
	return written(&f);
}

static const char *
trust_rolled_back(void)
{
	struct forge f = genuine_list(1);

	commune.trust.version = 2;
	return written(&f);
}

/* The list of the header's version, and another one inside. */
static const char *
trust_mislabelled(void)
{
	struct forge f = genuine_list(1);

	commune.trust.version = 2;
	f.out.trust = f.head.trust = 2;
	return written(&f);
}

static const char *
keys_exchanged(void)
{
	struct forge f = genuine_list(1);

	desk_trusts(&commune, &other);
	district.trust.device[1].card.sign.key[0] ^= 1;
	f.extra = trust_format(world, &district.trust).p;
	return written(&f);
}

static const char *
future_version(void)
{
	struct forge f = genuine();

	f.out.version = 2;
	return written(&f);
}

const struct attack attacks[] = {
	{ "a stranger sends", unknown_sender, ERR_TRUST,
	    "the sender 11149/K7Q2 is not known here: take in its unit card "
	    "first",
	    "chưa biết bên gửi 11149/K7Q2: hãy nhận thẻ đơn vị trước", false },
	{ "a stranger sends under a name of his own", unknown_name, ERR_TRUST,
	    "the sender 11152/K7Q2 is not known here: take in its unit card "
	    "first",
	    "chưa biết bên gửi 11152/K7Q2: hãy nhận thẻ đơn vị trước", false },
	{ "a known device signs for a stranger", signed_for_a_stranger,
	    ERR_TRUST,
	    "the bundle says it is from 11152/K7Q2, but 11149/K7Q2 signed it",
	    "gói ghi là của 11152/K7Q2 nhưng 11149/K7Q2 đã ký", false },
	{ "a revoked device sends", revoked_sender, ERR_TRUST,
	    "device 11149/K7Q2 was revoked",
	    "máy 11149/K7Q2 đã bị thu hồi", false },
	{ "another device signs it again", signed_again, ERR_TRUST,
	    "the bundle says it is from 11149/K7Q2, but 11150/S2SS signed it",
	    "gói ghi là của 11149/K7Q2 nhưng 11150/S2SS đã ký", false },
	{ "another device wraps it again", wrapped_again, ERR_FORMAT,
	    "the bundle's inside was made for another bundle",
	    "phần bên trong được làm cho gói khác", false },
	{ "the header is altered", header_altered, ERR_SIGNATURE,
	    "the sender's signature does not hold",
	    "chữ ký của bên gửi không đúng", true },
	{ "the file is cut off", cut_off, ERR_FORMAT, "the bundle is cut off",
	    "gói bị cắt", false },
	{ "the signature is stripped", signature_stripped, ERR_FORMAT,
	    "the bundle lacks payload.tar.zst.age.minisig",
	    "gói thiếu payload.tar.zst.age.minisig", false },
	{ "another signs inside", inside_signed_by_another, ERR_SIGNATURE,
	    "the signature inside the bundle does not hold",
	    "chữ ký bên trong gói không đúng", true },
	{ "the inner signature of another bundle", manifest_of_another,
	    ERR_SIGNATURE, "the bundle's inside was signed for another bundle",
	    "phần bên trong được ký cho gói khác", false },
	{ "the inner signature of a bundle for another unit",
	    manifest_for_another, ERR_SIGNATURE,
	    "the bundle's inside was signed for another bundle",
	    "phần bên trong được ký cho gói khác", false },
	{ "the bag of another bundle", bag_of_another, ERR_FORMAT,
	    "the bundle's inside was made for another bundle",
	    "phần bên trong được làm cho gói khác", false },
	{ "the manifest of another bundle", sums_of_another, ERR_HASH,
	    "the sums inside the bundle do not match its files",
	    "tổng kiểm tra trong gói không khớp với các tệp", false },
	{ "handed on to whom it was not made for", handed_on, ERR_FORMAT,
	    "the bundle's inside was made for another bundle",
	    "phần bên trong được làm cho gói khác", false },
	{ "for another unit", for_another_unit, ERR_RECIPIENT,
	    "the bundle is for 297, and this is 298",
	    "gói gửi cho 297, còn đây là 298", false },
	{ "sealed for another's key", sealed_for_another, ERR_RECIPIENT,
	    "the bundle is encrypted for other devices than this",
	    "gói được mã hóa cho máy khác, không phải máy này", false },
	{ "one's own comes back", sent_back, ERR_REFUSED,
	    "the bundle was made on this very device",
	    "gói do chính máy này làm ra", false },
	{ "a commune sends to a commune", not_its_district, ERR_REFUSED,
	    "11150 and 11149 do not hand over to each other",
	    "11150 và 11149 không bàn giao cho nhau", false },
	{ "records of a foreign scope", foreign_scope, ERR_TRUST,
	    "11150/S2SS may not send records of 11149",
	    "11150/S2SS không được gửi hồ sơ của 11149", false },
	{ "another's feed as one's own", feed_of_another, ERR_TRUST,
	    "the bundle names another owner for events of 11150/S2SS",
	    "gói ghi chủ khác cho các lần ghi của 11150/S2SS", false },
	{ "a known feed under another key", feed_with_another_key, ERR_TRUST,
	    "the bundle names another owner for events of 11149/K7Q2",
	    "gói ghi chủ khác cho các lần ghi của 11149/K7Q2", false },
	{ "a feed of a device that it is not", device_of_another, ERR_TRUST,
	    "the sender writes as 11149/ZZZZ, which it is not",
	    "bên gửi ghi dưới tên 11149/ZZZZ, không phải tên của mình", false },
	{ "a feed of a foreign scope", scope_of_another, ERR_TRUST,
	    "11149/K7Q2 may not send records of 11150",
	    "11149/K7Q2 không được gửi hồ sơ của 11150", false },
	{ "a commune writes as the district", role_of_another, ERR_TRUST,
	    "the sender writes as 11149/K7Q2, which it is not",
	    "bên gửi ghi dưới tên 11149/K7Q2, không phải tên của mình", false },
	{ "a checkpoint is forged", checkpoint_forged, ERR_SIGNATURE,
	    "the signature of a checkpoint of 11149/K7Q2 does not hold",
	    "chữ ký điểm đối chiếu của 11149/K7Q2 không đúng", true },
	{ "a checkpoint that is none", checkpoint_of_nothing, ERR_FORMAT,
	    "a checkpoint cannot be read",
	    "không đọc được một điểm đối chiếu", false },
	{ "a commune gives out a trust list", list_of_a_commune, ERR_REFUSED,
	    "only the district sends forms and trust lists",
	    "chỉ huyện được gửi biểu mẫu và danh sách tin cậy", false },
	{ "a commune gives out a form", form_of_a_commune, ERR_REFUSED,
	    "only the district sends forms and trust lists",
	    "chỉ huyện được gửi biểu mẫu và danh sách tin cậy", false },
	{ "an older trust list", trust_rolled_back, ERR_REFUSED,
	    "the bundle has trust list 1, and 2 is known already",
	    "gói có danh sách tin cậy số 1, máy này đã có số 2", false },
	{ "an older trust list under a newer number", trust_mislabelled,
	    ERR_FORMAT, "the bundle's trust list is not the one it names",
	    "danh sách tin cậy trong gói không đúng bản đã ghi", false },
	{ "other keys for a known device", keys_exchanged, ERR_REFUSED,
	    "device 11150/S2SS is known here under other keys",
	    "máy 11150/S2SS ở đây đã có khóa khác", false },
	{ "a version of the future", future_version, ERR_VERSION,
	    "the bundle was made by a newer program (format 2)",
	    "gói do chương trình mới hơn tạo ra (dạng 2)", false },
};

const size_t n_attacks = ARRAY_LEN(attacks);
