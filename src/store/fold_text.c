#include "store/fold.h"

#include "base/coding.h"

/* One line a fact, in the order in which the fold sorted them. */
static void
add_heads(const struct fold_register *r, struct buf *out)
{
	char hex[EVENT_ID_SIZE * 2 + 1];

	for (size_t i = 0; i < r->n_heads; i++) {
		const struct fold_head *h = &r->heads[i];

		hex_encode(hex, h->event.b, EVENT_ID_SIZE);
		buf_printf(out, " %c %s %s", i == r->shown ? '*' : '-', hex,
		    h->role == FOLD_DISTRICT ? "district" : "commune");
		for (size_t k = 0; k < h->n_set; k++) {
			buf_addc(out, k == 0 ? ' ' : ',');
			buf_add_str(out, h->set[k].path);
			buf_addc(out, '=');
			buf_add_str(out, h->set[k].json);
		}
		buf_addc(out, '\n');
	}
}

void
fold_digest_text(const struct record *r, struct buf *out)
{
	char id[RECORD_ID_TEXT], hex[EVENT_ID_SIZE * 2 + 1];

	record_id_format(&r->id, id);
	hex_encode(hex, r->form_hash, sizeof r->form_hash);
	buf_printf(out, "record %s %.*s %s%s%s%s%s\n", id, (int)r->form.n,
	    r->form.p, hex, r->is_void ? " void" : "",
	    r->conflict ? " conflict" : "", r->waiting ? " waiting" : "",
	    r->decided ? " decided" : "");
	for (size_t i = 1; i < r->n_members; i++) {
		record_id_format(&r->members[i], id);
		buf_printf(out, "with %s\n", id);
	}
	for (size_t i = 0; i < r->n_registers; i++) {
		buf_add_str(out, r->registers[i].name);
		buf_adds(out, r->registers[i].conflict ? " conflict" : "");
		buf_adds(out, r->registers[i].unseen ? " unseen\n" : "\n");
		add_heads(&r->registers[i], out);
	}
	for (size_t i = 0; i < r->n_refused; i++) {
		hex_encode(hex, r->refused[i].event.b, EVENT_ID_SIZE);
		buf_printf(out, "refused %s %.*s %s\n", hex,
		    (int)r->refused[i].path.n, r->refused[i].path.p,
		    r->refused[i].reason);
	}
}
