// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * by.c - what the rows of pageowner-stacks-top stand for: names, keys and labels.
 *
 * What a stack determines is looked up by model.c.
 */
#include "by.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct top_by_info top_bys[TOP_BYS] = {
	[TOP_BY_STACK] = { "stack", NULL, "stacks", NULL, NULL, PAGEOWNER_BY_STACK, 's' },
	[TOP_BY_PORTABLE] = { "portable", NULL, "portable stacks", NULL, NULL,
			      PAGEOWNER_BY_PORTABLE, 't' },
	[TOP_BY_OWNER] = { "owner", "OWNER", "owners", NULL, NULL, PAGEOWNER_BY_OWNER, 'o' },
	[TOP_BY_MODULE] = { "module", "MODULE", "modules", NULL, NULL,
			    PAGEOWNER_BY_MODULE, 'm' },
	[TOP_BY_MODULE_ANY] = { "module-any", "ANY MODULE", "modules", NULL, NULL,
				PAGEOWNER_BY_MODULE, 'a' },
	[TOP_BY_PROCESS] = { "process", "PROCESS", "processes", "name,tgid", "tgid,name",
			     PAGEOWNER_BY_STACK, 'p' },
	[TOP_BY_MEMCG] = { "memcg", "MEMCG", "memcgs", "memcg", "memcg",
			   PAGEOWNER_BY_STACK, 'c' },
	[TOP_BY_ORDER] = { "order", "ORDER", "orders", "order", "order",
			   PAGEOWNER_BY_STACK, 'r' },
	[TOP_BY_NODE] = { "node", "NODE", "nodes", "node", "node", PAGEOWNER_BY_STACK, 'n' },
};

const char *const top_by_names[] = {
	"stack", "portable", "owner", "module", "module-any", "process", "memcg", "order",
	"node", NULL,
};

/* The name that a culled report gives in place of a stack, which otherwise determines it */
static const char *said_key(enum top_by by)
{
	return by == TOP_BY_OWNER ? "owner" : by == TOP_BY_MODULE ? "module" : NULL;
}

const char *top_by_profile_keys(enum top_by by, char buf[64])
{
	const char *keys = top_bys[by].keys ? top_bys[by].keys : said_key(by);

	snprintf(buf, 64, "callstack%s%s", keys ? "," : "", keys ? keys : "");
	return buf;
}

/* Append a value to a label: what is written of a second one is in parentheses. */
static size_t put_value(char buf[TOP_LABEL_MAX], size_t len,
			const struct pageowner_value *value)
{
	const char *open = len ? " (" : "", *close = len ? ")" : "";
	int n;

	if (value->is_text)
		n = snprintf(buf + len, TOP_LABEL_MAX - len, "%s%.*s%s", open,
			     (int)(value->text.len < TOP_LABEL_MAX ? value->text.len :
				   TOP_LABEL_MAX), value->text.ptr, close);
	else
		n = snprintf(buf + len, TOP_LABEL_MAX - len, "%s%" PRId64 "%s", open,
			     value->number, close);
	len += n > 0 ? (size_t)n : 0;
	return len < TOP_LABEL_MAX ? len : TOP_LABEL_MAX - 1;
}

struct pageowner_text top_by_label(enum top_by by, const struct pageowner_profile *profile,
				   size_t group, bool has_stack, char buf[TOP_LABEL_MAX])
{
	const char *said = has_stack ? NULL : said_key(by);
	const char *key = top_bys[by].keys ? top_bys[by].keys : said ? said : "";
	size_t len = 0;

	while (*key) {
		const size_t name_len = strcspn(key, ",");
		struct pageowner_value value;
		enum pageowner_field field;

		if (pageowner_field_find(key, name_len, &field) &&
		    pageowner_profile_value(profile, group, field, &value) > 0 &&
		    (!value.is_text || value.text.len))
			len = put_value(buf, len, &value);
		key += name_len + (key[name_len] == ',');
	}
	if (!len && top_bys[by].keys)
		buf[len++] = '-';
	return (struct pageowner_text){ buf, len };
}
