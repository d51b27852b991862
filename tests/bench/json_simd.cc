// json_simd FILE: what json.c reads, by simdjson's on-demand parser.
#include "clock.h"

#include <cstdio>
#include <simdjson.h>

using namespace simdjson;

static size_t
walk(ondemand::value v)
{
	size_t n = 0;

	switch (v.type().value()) {
	case ondemand::json_type::object:
		for (auto field : v.get_object()) {
			n += std::string_view(field.unescaped_key()).size();
			n += walk(field.value());
		}
		return n;
	case ondemand::json_type::array:
		for (auto item : v.get_array())
			n += walk(item.value());
		return n;
	case ondemand::json_type::string:
		return std::string_view(v.get_string()).size();
	case ondemand::json_type::number:
		return size_t(int64_t(v.get_int64())) % 7;
	default:
		return 0;
	}
}

// A line is a document of its own, as an event is for ours.
static size_t
each_line(ondemand::parser &parser, const padded_string &text)
{
	const char *p = text.data(), *end = p + text.size();
	size_t sum = 0;

	while (p < end) {
		const char *nl = static_cast<const char *>(
		    memchr(p, '\n', size_t(end - p)));
		// what follows in the text is padding enough
		auto doc = parser.iterate(p, size_t(nl - p),
		    size_t(end - p) + SIMDJSON_PADDING);

		sum += walk(doc.get_value());
		p = nl + 1;
	}
	return sum;
}

// All of them as a stream, of which it looks at a megabyte at once.
static size_t
stream(ondemand::parser &parser, const padded_string &text)
{
	ondemand::document_stream docs;
	size_t sum = 0;

	if (parser.iterate_many(text.data(), text.size(), 1000000).get(docs))
		return 0;
	for (auto doc : docs)
		sum += walk(doc.get_value());
	return sum;
}

int
main(int, char **argv)
{
	padded_string text = padded_string::load(argv[1]);

	for (auto read : { each_line, stream }) {
		ondemand::parser parser;
		size_t sum = read(parser, text), rounds = 0;
		double from = cost_ms(), took;

		do {
			read(parser, text);
			rounds++;
		} while ((took = cost_ms() - from) < enough_ms());
		printf("simdjson\t%.0f\nsum\t%zu\n",
		    double(text.size()) * double(rounds) / 1e3 / took, sum);
	}
}
