/* Dates, times, numbers and codings: what is taken is printed in one form,
 * and that form is taken again as the same. */
#include "fuzz.h"

#include "base/coding.h"
#include "base/date.h"
#include "base/number.h"

#include <math.h>
#include <string.h>

static void
check_date(struct str s)
{
	char iso[DATE_BUF], shown[DATE_BUF];
	struct date d, again;

	if (!date_parse_keyed(s, &d)) {
		MUST_HOLD(!date_parse_iso(s, &d));
		return;
	}
	MUST_HOLD(date_is_valid(d) && d.precision != DATE_NONE);
	date_format_iso(d, iso);
	MUST_HOLD(date_parse_iso(str_of(iso), &again));
	MUST_HOLD(date_cmp(d, again) == 0);
	date_format_vi(d, shown);
	MUST_HOLD(date_parse_keyed(str_of(shown), &again));
	MUST_HOLD(date_cmp(d, again) == 0);
	MUST_HOLD(date_cmp(date_from_days(date_to_days(d)), d) >= 0);
	MUST_HOLD(date_age(d, d) == 0);
}

static void
check_time(struct str s)
{
	char shown[8];
	int minutes, again;

	if (!time_parse(s, &minutes))
		return;
	time_format(minutes, shown);
	MUST_HOLD(time_parse(str_of(shown), &again) && again == minutes);
}

static void
check_number(struct str s)
{
	char text[NUMBER_BUF], twice[NUMBER_BUF], real[NUMBER_DOUBLE_BUF];
	int64_t v, again;
	double d;

	if (number_parse_keyed(s, &v)) {
		MUST_HOLD(v >= -NUMBER_MAX && v <= NUMBER_MAX);
		number_format_int(v, text);
		MUST_HOLD(number_parse_int(str_of(text), &again) && again == v);
		number_format_grouped(v, text);
		MUST_HOLD(
		    number_parse_keyed(str_of(text), &again) && again == v);
	} else {
		MUST_HOLD(!number_parse_int(s, &v));
	}
	if (number_parse_decimal(s, text)) {
		MUST_HOLD(number_parse_decimal(str_of(text), twice));
		MUST_HOLD(strcmp(text, twice) == 0);
	}
	d = number_parse_double(s);
	MUST_HOLD(number_format_double(d, real) < NUMBER_DOUBLE_BUF);
	if (!isnan(d) && !isinf(d))
		MUST_HOLD(!(number_parse_double(str_of(real)) < d) &&
		          !(number_parse_double(str_of(real)) > d));
}

static void
check_bits(const uint8_t *p, size_t n)
{
	char real[NUMBER_DOUBLE_BUF];
	double d, again;

	if (n < sizeof d)
		return;
	memcpy(&d, p, sizeof d);
	MUST_HOLD(number_format_double(d, real) < NUMBER_DOUBLE_BUF);
	again = number_parse_double(str_of(real));
	if (!isnan(d) && !isinf(d))
		MUST_HOLD(!(again < d) && !(again > d));
}

static void
check_codings(struct str s)
{
	unsigned char bytes[64];
	char text[160];
	size_t n;

	for (int pad = 0; pad < 2; pad++) {
		n = sizeof bytes;
		if (!base64_decode(bytes, &n, s, pad == 1))
			continue;
		base64_encode(text, bytes, n, pad == 1);
		MUST_HOLD(str_is(s, text));
	}
	n = s.n * 5 / 8;
	if (n <= sizeof bytes && base32_decode(bytes, n, s)) {
		base32_encode(text, bytes, n);
		MUST_HOLD(str_is(s, text));
	}
	n = s.n / 2;
	if (n <= sizeof bytes && hex_decode(bytes, n, s)) {
		hex_encode(text, bytes, n);
		MUST_HOLD(str_is(s, text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };

	check_date(s);
	check_time(s);
	check_number(s);
	check_bits(p, n);
	check_codings(s);
	return 0;
}
