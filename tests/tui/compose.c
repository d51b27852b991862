/* Telex and VNI: what is typed, and the words that must come of it. */
#include "tui/compose.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define LINE_MAX_ 64

/* Types keys as the line editor would; returns the text, UTF-8, static. */
static const char *
type(struct compose_state *st, const char *keys)
{
	static char out[LINE_MAX_ * 4 + 1];
	uint32_t line[LINE_MAX_], cp;
	struct str s = str_of(keys);
	size_t n = 0, start, at = 0, bytes;

	compose_reset(st);
	for (size_t i = 0; i < s.n; i += bytes) {
		bytes = text_decode((struct str){ s.p + i, s.n - i }, &cp);
		start = compose_word(line, n);
		n = start + compose_key(st, line + start, n - start,
				LINE_MAX_ - start, cp);
	}
	for (size_t i = 0; i < n; i++)
		at += text_encode(line[i], out + at);
	out[at] = '\0';
	return out;
}

struct vector {
	const char *keys, *text;
};

static void
check(enum compose_method method, bool new_style, const struct vector *v,
    size_t n)
{
	struct compose_state st = { .method = method, .new_style = new_style };

	for (size_t i = 0; i < n; i++)
		if (strcmp(type(&st, v[i].keys), v[i].text) != 0)
			fail_msg("%s gives %s, not %s", v[i].keys,
			    type(&st, v[i].keys), v[i].text);
}
#define TELEX(v) check(COMPOSE_TELEX, false, v, ARRAY_LEN(v))
#define VNI(v) check(COMPOSE_VNI, false, v, ARRAY_LEN(v))

static void
test_telex_words(void **state)
{
	static const struct vector v[] = {
		{ "Ddoox", "Đỗ" }, { "Nguyeenx", "Nguyễn" },
		{ "Nguyeexn", "Nguyễn" }, { "Truowngf", "Trường" },
		{ "Dduwcs", "Đức" }, { "Huowng", "Hương" }, { "hoaf", "hòa" },
		{ "thuyr", "thủy" }, { "quyf", "quỳ" }, { "giaf", "già" },
		{ "gif", "gì" }, { "khuyeets", "khuyết" }, { "taatj", "tật" },
		{ "tuooir", "tuổi" }, { "nguwowif", "người" },
		{ "ngheof", "nghèo" }, { "caanj", "cận" },
		{ "Huyeenf", "Huyền" }, { "Toanf", "Toàn" },
		{ "uwowcs", "ước" }, { "luwu", "lưu" }, { "cuwa", "cưa" },
		{ "gieengs", "giếng" }, { "giuwowngf", "giường" },
		{ "quoocs", "quốc" }, { "DDIEENJ", "ĐIỆN" },
		{ "dduwowngf", "đường" }, { "dduowngf", "đường" },
		{ "huowng", "hương" }, { "huow", "huơ" },
		{ "thuowr", "thuở" }, { "muaw", "mưa" }, { "mua", "mua" },
		{ "TRUOWNGF", "TRƯỜNG" }, { "luuw", "lưu" },
		{ "ruouwj", "rượu" }, { "khuyur", "khuỷu" },
		{ "ngoaif", "ngoài" }, { "hoangf", "hoàng" },
		{ "mias", "mía" }, { "taif", "tài" }, { "ngoao", "ngoao" },
		{ "ngoeo", "ngoeo" }, { "nghieengr", "nghiểng" },
		{ "quowr", "quở" }, { "quawngs", "quắng" },
		{ "hoawcj", "hoặc" }, { "xuaan", "xuân" }, { "yeeu", "yêu" },
		{ "Ys", "Ý" }, { "ooong", "oong" }, { "mooocs", "moóc" },
		{ "tuws", "tứ" }, { "tws", "tứ" }, { "wowcs", "ước" },
	};

	(void)state;
	TELEX(v);
}

static void
test_telex_any_order(void **state)
{
	static const struct vector v[] = {
		{ "tienges", "tiếng" }, { "tieesng", "tiếng" },
		{ "dod", "đo" }, { "toasn", "toán" }, { "gisa", "giá" },
		{ "hofa", "hòa" }, { "hofan", "hoàn" }, { "nguoiwf", "người" },
		{ "duongdwf", "đường" }, { "duongwdf", "đường" },
		{ "nguowfi", "người" }, { "thuowrng", "thưởng" },
		{ "tuoior", "tuổi" }, { "khuyetse", "khuyết" },
		{ "hoasf", "hòa" }, { "hoasz", "hoa" }, { "hoaz", "hoaz" },
		{ "luoongw", "lương" }, { "luowngo", "luông" },
		{ "tawa", "tâ" }, { "taaw", "tă" }, { "Dd", "Đ" },
		{ "dD", "đ" }, { "AA", "Â" }, { "aA", "â" }, { "Aa", "Â" },
		{ "nguyeenX", "nguyễn" },
	};

	(void)state;
	TELEX(v);
}

static void
test_telex_same_key_again(void **state)
{
	static const struct vector v[] = {
		{ "ass", "as" }, { "aaa", "aa" }, { "ddd", "dd" },
		{ "uww", "uw" }, { "ww", "w" }, { "www", "ww" }, { "w", "ư" },
		{ "W", "Ư" }, { "WW", "W" }, { "assf", "asf" },
		{ "hoaff", "hoaf" }, { "hoafff", "hoaff" },
		{ "uoww", "uow" }, { "uowngw", "uongw" },
		{ "mass as", "mas á" },
		{ "dodd", "dod" }, { "booook", "boook" }, { "xeeem", "xeem" },
		{ "books", "bốk" }, { "boooks", "books" }, { "aww", "aw" },
	};

	(void)state;
	TELEX(v);
}

static void
test_telex_other_words(void **state)
{
	static const struct vector v[] = {
		{ "Ksor", "Ksor" }, { "Rcom", "Rcom" }, { "email", "email" },
		{ "admin", "admin" }, { "facebook", "facebook" },
		{ "Kroong", "Krông" }, { "Ddawks", "Đắk" }, { "Kpaw", "Kpă" },
		{ "Hree", "Hrê" }, { "Xtieeng", "Xtiêng" }, { "Niee", "Niê" },
		{ "Mnoong", "Mnông" }, { "windows", "windows" },
		{ "add", "add" }, { "catf", "catf" }, { "cats", "cát" },
		{ "catsj", "cạt" }, { "a1", "a1" }, { "[]", "[]" },
		{ "s", "s" }, { "z", "z" }, { "ngas Ddoo", "ngá Đô" },
		{ "nghieengx-nghieengx", "nghiễng-nghiễng" },
		{ "mnopqrstuvxyzmnopqraa", "mnopqrstuvxyzmnopqraa" },
	};

	(void)state;
	TELEX(v);
}

static void
test_vni_words(void **state)
{
	static const struct vector v[] = {
		{ "Truong72", "Trường" }, { "Nguye6n4", "Nguyễn" },
		{ "Nguyen64", "Nguyễn" }, { "D9o64", "Đỗ" }, { "Do649", "Đỗ" },
		{ "mua7", "mưa" }, { "hoa8c5", "hoặc" }, { "hoac85", "hoặc" },
		{ "thuo73", "thuở" }, { "thuong7", "thương" },
		{ "uo7c1", "ước" }, { "tuoi63", "tuổi" }, { "d9", "đ" },
		{ "d99", "d9" }, { "a11", "a1" }, { "a66", "a6" },
		{ "uo77", "uo7" }, { "luu7", "lưu" }, { "Krong6", "Krông" },
		{ "Kpa8", "Kpă" }, { "D9a8k1", "Đắk" }, { "hoa1 0", "hóa 0" },
		{ "ruou75", "rượu" }, { "hoa10", "hoa" }, { "12", "12" },
		{ "th3", "th3" }, { "D9IE65N", "ĐIỆN" }, { "gi2", "gì" },
		{ "quy2", "quỳ" }, { "gia2", "già" }, { "Ksor3", "Ksor3" },
		{ "hoas", "hoas" }, { "tieu6", "tiêu" }, { "oai6", "oai6" },
		{ "muaw", "muaw" }, { "so61 3", "số 3" },
	};

	(void)state;
	VNI(v);
}

static void
test_new_style(void **state)
{
	static const struct vector v[] = {
		{ "hoaf", "hoà" }, { "khoer", "khoẻ" }, { "thuyr", "thuỷ" },
		{ "hoafn", "hoàn" }, { "mias", "mía" }, { "ngoaif", "ngoài" },
		{ "quys", "quý" }, { "cuar", "của" }, { "khuyur", "khuỷu" },
	};

	(void)state;
	check(COMPOSE_TELEX, true, v, ARRAY_LEN(v));
}

static void
test_off_and_full(void **state)
{
	static const struct vector v[] = { { "aas1", "aas1" } };
	struct compose_state st = { .method = COMPOSE_TELEX };
	uint32_t word[4] = { 'd', 'o' };

	(void)state;
	check(COMPOSE_OFF, false, v, 1);
	/* no room: what adds nothing still works */
	assert_int_equal(compose_key(&st, word, 2, 2, 'n'), 2);
	assert_int_equal(compose_key(&st, word, 2, 2, 'd'), 2);
	assert_int_equal(word[0], 0x111);
	assert_int_equal(compose_key(&st, word, 0, 0, 'w'), 0);
}

/* A cursor move ends a word that is left alone. */
static void
test_reset(void **state)
{
	struct compose_state st = { .method = COMPOSE_TELEX };
	uint32_t word[4] = { 0xe1 };
	size_t n = compose_key(&st, word, 1, 4, 's');

	(void)state;
	assert_int_equal(n, 2);
	assert_int_equal(compose_key(&st, word, 1, 4, 'f'), 2);
	compose_reset(&st);
	assert_int_equal(compose_key(&st, word, 1, 4, 'f'), 1);
	assert_int_equal(word[0], 0xe0);
}

/* The 27 onsets, and none. */
static const char *const onsets[] = { "", "b", "c", "ch", "d", "đ", "g", "gh",
	"gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
	"r", "s", "t", "th", "tr", "v", "x" };
/* Rimes; the tone stands on the letter before the star. */
static const char *const rimes[] = {
	"a*", "a*c", "a*ch", "a*m", "a*n", "a*ng", "a*nh", "a*p", "a*t", "a*i",
	"a*o", "a*u", "a*y", "ă*c", "ă*m", "ă*n", "ă*ng", "ă*p", "ă*t", "â*c",
	"â*m", "â*n", "â*ng", "â*p", "â*t", "â*u", "â*y", "e*", "e*c", "e*m",
	"e*n", "e*ng", "e*p", "e*t", "e*o", "ê*", "ê*ch", "ê*m", "ê*n", "ê*nh",
	"ê*p", "ê*t", "ê*u", "i*", "i*ch", "i*m", "i*n", "i*nh", "i*p", "i*t",
	"i*a", "i*u", "iê*c", "iê*m", "iê*n", "iê*ng", "iê*p", "iê*t", "iê*u",
	"o*", "o*c", "o*m", "o*n", "o*ng", "o*p", "o*t", "o*i", "oo*ng",
	"oo*c", "o*a", "oa*c", "oa*ch", "oa*m", "oa*n", "oa*ng", "oa*nh",
	"oa*p", "oa*t", "oa*i", "oa*o", "oa*y", "oă*c", "oă*m", "oă*n",
	"oă*ng", "oă*t", "o*e", "oe*n", "oe*t", "oe*o", "ô*", "ô*c", "ô*m",
	"ô*n", "ô*ng", "ô*p", "ô*t", "ô*i", "ơ*", "ơ*m", "ơ*n", "ơ*p", "ơ*t",
	"ơ*i", "u*", "u*c", "u*m", "u*n", "u*ng", "u*p", "u*t", "u*a", "u*i",
	"uâ*n", "uâ*ng", "uâ*t", "uâ*y", "uê*", "uê*ch", "uê*nh", "uô*c",
	"uô*m", "uô*n", "uô*ng", "uô*t", "uô*i", "uơ*", "u*y", "uy*ch",
	"uy*nh", "uy*t", "uy*a", "uy*u", "uyê*n", "uyê*t", "ư*", "ư*c", "ư*m",
	"ư*n", "ư*ng", "ư*t", "ư*a", "ư*i", "ư*u", "ươ*c", "ươ*m", "ươ*n",
	"ươ*ng", "ươ*p", "ươ*t", "ươ*i", "ươ*u",
	"y*", "y*ch", "y*nh", "y*t", "yê*m", "yê*n", "yê*ng", "yê*t", "yê*u",
};

enum style {
	STYLE_LETTER, /* tieengs, nguwowif: each mark with its letter */
	STYLE_PAIR,   /* nguowif: one w for ươ */
	STYLE_MIDDLE, /* tieesng: the tone right after the vowels */
	STYLE_END,    /* tienges: letters, then marks, then the tone */
};

struct keys {
	char p[48], marks[8];
	size_t n;
};

static void
put_mark(struct keys *k, enum style style, char mark)
{
	if (style == STYLE_END) {
		if (strchr(k->marks, mark) == NULL)
			k->marks[strlen(k->marks)] = mark;
	} else {
		k->p[k->n++] = mark;
	}
}

static void
put_letter(struct keys *k, bool telex, enum style style,
    struct text_letter l, bool pair)
{
	k->p[k->n++] = l.base;
	switch (l.shape) {
	case SHAPE_HAT:
		put_mark(k, style, telex ? l.base : '6');
		break;
	case SHAPE_HORN:
		if (!pair || style == STYLE_LETTER)
			put_mark(k, style, telex ? 'w' : '7');
		break;
	case SHAPE_BREVE:
		put_mark(k, style, telex ? 'w' : '8');
		break;
	case SHAPE_BAR:
		put_mark(k, style, telex ? 'd' : '9');
		break;
	case SHAPE_NONE:
	default:
		break;
	}
}

/* The keys for a syllable that is given as letters and a tone. */
static void
spell(struct keys *k, bool telex, enum style style,
    const struct text_letter *l, size_t n, size_t onset, enum text_tone tone)
{
	char tone_key = (telex ? "zfrxsj" : "023415")[tone];
	bool toned = tone == TONE_NONE;

	memset(k, 0, sizeof *k);
	for (size_t i = 0; i < n; i++) {
		bool vowel = strchr("aeiouy", l[i].base) != NULL;

		if (style == STYLE_MIDDLE && !toned && i > onset && !vowel) {
			k->p[k->n++] = tone_key;
			toned = true;
		}
		put_letter(k, telex, style, l[i],
		    l[i].base == 'u' && i + 1 < n &&
			l[i + 1].shape == SHAPE_HORN);
		if (telex && l[i].base == 'o' && l[i].shape == SHAPE_NONE &&
		    i + 1 < n && l[i + 1].base == 'o')
			k->p[k->n++] = 'o'; /* oo by ooo */
	}
	memcpy(k->p + k->n, k->marks, strlen(k->marks));
	k->n += strlen(k->marks);
	if (!toned)
		k->p[k->n++] = tone_key;
}

struct score {
	unsigned right, all;
};

static void
score_syllable(struct score *score, bool telex, enum style style,
    struct text_letter *l, size_t n, size_t onset, size_t star,
    enum text_tone tone)
{
	struct compose_state st = { .method =
					telex ? COMPOSE_TELEX : COMPOSE_VNI };
	struct keys k;
	char want[64];
	size_t at = 0;

	spell(&k, telex, style, l, n, onset, tone);
	l[star].tone = tone;
	for (size_t i = 0; i < n; i++)
		at += text_encode(text_letter_join(l[i]), want + at);
	want[at] = '\0';
	l[star].tone = TONE_NONE;
	score->all++;
	if (strcmp(type(&st, k.p), want) == 0)
		score->right++;
	else if (!telex)
		print_message("%s gives %s, not %s\n", k.p, type(&st, k.p),
		    want);
}

/* Letters of a spelling; *star is the index of the letter before '*'. */
static size_t
letters(const char *spelling, struct text_letter *l, size_t *star)
{
	struct str s = str_of(spelling);
	size_t n = 0, bytes;
	uint32_t cp;

	for (size_t i = 0; i < s.n; i += bytes) {
		bytes = text_decode((struct str){ s.p + i, s.n - i }, &cp);
		if (cp == '*')
			*star = n - 1;
		else
			assert_true(text_letter_split(cp, &l[n++]));
	}
	return n;
}

/* Spellings that would be read as another onset. */
static bool
clash(const char *onset, const char *rime)
{
	if (strcmp(onset, "qu") == 0)
		return rime[0] == 'u' || rime[0] == 'o' ||
		    strncmp(rime, "ư", 2) == 0;
	if (strcmp(onset, "gi") == 0)
		return rime[0] == 'i' || rime[0] == 'y';
	return strcmp(onset, "g") == 0 && rime[0] == 'i' &&
	    strcspn(rime, "aueê") < strlen(rime);
}

static void
score_style(struct score *score, bool telex, enum style style)
{
	struct text_letter l[16];
	size_t n, onset, star = 0;

	for (size_t o = 0; o < ARRAY_LEN(onsets); o++)
		for (size_t r = 0; r < ARRAY_LEN(rimes); r++) {
			if (clash(onsets[o], rimes[r]))
				continue;
			onset = letters(onsets[o], l, &star);
			n = onset + letters(rimes[r], l + onset, &star);
			star += onset;
			for (int t = TONE_NONE; t <= TONE_NANG; t++) {
				bool stop = strchr("cpt", l[n - 1].base) ||
				    (l[n - 1].base == 'h' &&
					l[n - 2].base == 'c');

				if (stop && t != TONE_SAC && t != TONE_NANG)
					continue;
				score_syllable(score, telex, style, l, n,
				    onset, star, (enum text_tone)t);
			}
		}
}

static void
test_syllable_table(void **state)
{
	static const char *const names[] = { "letter by letter", "one w",
		"tone in the middle", "marks at the end" };

	(void)state;
	for (int telex = 1; telex >= 0; telex--)
		for (int style = STYLE_LETTER; style <= STYLE_END; style++) {
			struct score score = { 0, 0 };

			score_style(&score, telex, (enum style)style);
			print_message("%s, %s: %u of %u\n",
			    telex ? "Telex" : "VNI", names[style], score.right,
			    score.all);
			assert_true(score.all > 17000);
			if (telex)
				assert_true(score.right * 100 >=
				    score.all * 98);
			else
				assert_int_equal(score.right, score.all);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_telex_words),
		cmocka_unit_test(test_telex_any_order),
		cmocka_unit_test(test_telex_same_key_again),
		cmocka_unit_test(test_telex_other_words),
		cmocka_unit_test(test_vni_words),
		cmocka_unit_test(test_new_style),
		cmocka_unit_test(test_off_and_full),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_syllable_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
