// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * options-completion.c - a tool's table of options as completion of bash, zsh and fish.
 *
 * "table" prints the table itself, for the tests: name, letter, value, kind, words and
 * help of each option that is shown, separated by tabs.
 */
#include "tools/lib/options-private.h"

#include <string.h>
#include <strings.h>

#include "tools/lib/message.h"

/* --- what all shells need */

static bool is_shown(const struct option_entry *entry)
{
	return entry->help;
}

static bool has_words(const struct option_entry *entry)
{
	return words_at(&entry->words, 0) || entry->complete == COMPLETE_PIDS ||
		entry->complete == COMPLETE_TASKS || entry->complete == COMPLETE_MODULES;
}

static void print_words(FILE *file, const struct option_entry *entry,
			const char *separator)
{
	const char *word;

	for (size_t i = 0; (word = words_at(&entry->words, i)); i++)
		fprintf(file, "%s%s", i ? separator : "", word);
}

/* "pageowner-sort" as a part of a function's name */
static void print_identifier(FILE *file)
{
	for (const char *p = cli_program; *p; p++)
		fputc(*p == '-' ? '_' : *p, file);
}

/* Between single quotes; backslashes before what is in @special. */
static void print_quoted(FILE *file, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", file);
		else if (strchr(special, *text))
			fprintf(file, "\\%c", *text);
		else
			fputc(*text, file);
	}
}

/* --- bash */

static const char bash_rest[] =
"	*)\n"
"		if [[ $cur == -* ]]; then\n"
"			mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
"			[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
"			return\n"
"		fi\n"
"		files=yes ;;\n"
"	esac\n"
"	if [[ -n $files ]]; then\n"
"		compopt -o filenames\n"
"		mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
"		return\n"
"	fi\n"
"	if [[ -n $list ]]; then\n"
"		compopt -o nospace\n"
"		[[ $cur == *,* ]] && head=${cur%,*}, cur=${cur##*,}\n"
"		[[ -n $signs && $cur == [+-]* ]] && head+=${cur:0:1} cur=${cur:1}\n"
"	fi\n"
"	mapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$words\" -- \"$cur\")\n"
"}\n";

static const char bash_begin[] =
"	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
"	local head= words= list= signs= files= options=\n"
"\n"
"	COMPREPLY=()\n"
"	# \"=\" is a word of its own: --by = own\n"
"	if [[ $cur == = ]]; then\n"
"		cur=\n"
"	elif [[ $prev == = ]]; then\n"
"		prev=${COMP_WORDS[COMP_CWORD-2]}\n"
"	fi\n";

static void print_bash_words(FILE *file, const struct option_entry *entry)
{
	fputs("words=\"", file);
	switch (entry->complete) {
	case COMPLETE_PIDS:
		fputs("$(ps -eo pid= 2>/dev/null)", file);
		break;
	case COMPLETE_TASKS:
		fputs("$(ps -eo comm= 2>/dev/null | grep -v '[^[:alnum:]_.-]' | sort -u)",
		      file);
		break;
	case COMPLETE_MODULES:
		fputs("$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)", file);
		break;
	default:
		print_words(file, entry, " ");
	}
	fputs("\"", file);
}

static void print_bash_case(FILE *file, const struct option_entry *entry)
{
	fputc('\t', file);
	if (entry->name)
		fprintf(file, "--%s", entry->name);
	if (entry->letter)
		fprintf(file, "%s-%c", entry->name ? " | " : "", entry->letter);
	fputs(") ", file);
	if (entry->complete == COMPLETE_FILES) {
		fputs("files=yes", file);
	} else if (!has_words(entry)) {
		fputs("return", file);
	} else {
		print_bash_words(file, entry);
		fputs(entry->is_list ? " list=yes" : "", file);
		fputs(entry->is_signed ? " signs=yes" : "", file);
	}
	fputs(" ;;\n", file);
}

static void print_bash(const struct option_list *list, FILE *file)
{
	fputs("\n_", file);
	print_identifier(file);
	fprintf(file, "() {\n%s\toptions=\"", bash_begin);
	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (!is_shown(entry))
			continue;
		fputs(i ? "\n\t\t" : "", file);
		if (entry->name)
			fprintf(file, "--%s%s", entry->name,
				entry->argument && !entry->is_optional ? "=" : "");
		if (entry->name && entry->is_optional)
			fprintf(file, " --%s=", entry->name);
		if (entry->letter)
			fprintf(file, "%s-%c", entry->name ? " " : "", entry->letter);
	}
	fputs("\"\n\tcase $prev in\n", file);
	for (size_t i = 0; i < list->count; i++)
		if (is_shown(list->entries[i]) && list->entries[i]->argument)
			print_bash_case(file, list->entries[i]);
	fprintf(file, "%scomplete -F _", bash_rest);
	print_identifier(file);
	fprintf(file, " %s\n", cli_program);
}

/* --- zsh */

static void print_zsh_values(FILE *file, const struct option_entry *entry)
{
	const bool words = words_at(&entry->words, 0);

	if (entry->complete == COMPLETE_FILES) {
		fputs("_files", file);
		return;
	}
	if (!has_words(entry))
		return;
	if (words && !entry->is_list && !entry->is_signed) {
		fputc('(', file);
		print_words(file, entry, " ");
		fputc(')', file);
		return;
	}
	fputs("{", file);
	if (entry->is_list)
		fputs("compset -P \"*,\"; ", file);
	if (entry->is_signed)
		fputs("compset -P \"[+-]\"; ", file);
	fprintf(file, "compadd %s-- ", entry->is_list ? "-qS , " : "");
	if (entry->complete == COMPLETE_PIDS)
		fputs("${(f)\"$(ps -eo pid=)\"}", file);
	else if (entry->complete == COMPLETE_TASKS)
		fputs("${(fu)\"$(ps -eo comm=)\"}", file);
	else if (entry->complete == COMPLETE_MODULES)
		fputs("${${(f)\"$(</proc/modules)\"}%% *}", file);
	else
		print_words(file, entry, " ");
	fputs("}", file);
}

static void print_zsh_entry(FILE *file, const struct option_entry *entry)
{
	const char *value = !entry->argument ? "" : entry->is_optional ? "=-" : "=";

	fputs(" \\\n\t", file);
	if (entry->name && entry->letter)
		fprintf(file, "'(-%c --%s)'{-%c%s,--%s%s}'[", entry->letter, entry->name,
			entry->letter, entry->argument ? "+" : "", entry->name, value);
	else if (entry->name)
		fprintf(file, "'--%s%s[", entry->name, value);
	else
		fprintf(file, "'-%c%s[", entry->letter, entry->argument ? "+" : "");
	print_quoted(file, entry->help, "[]\\");
	fputc(']', file);
	if (entry->argument) {
		fputs(entry->is_optional ? "::" : ":", file);
		print_quoted(file, entry->argument, ":[]\\");
		fputc(':', file);
		print_zsh_values(file, entry);
	}
	fputc('\'', file);
}

static void print_zsh(const struct option_list *list, FILE *file)
{
	fputs("\n_arguments -s -S", file);
	for (size_t i = 0; i < list->count; i++)
		if (is_shown(list->entries[i]))
			print_zsh_entry(file, list->entries[i]);
	fputs(" \\\n\t'*:FILE:_files'\n", file);
}

/* --- fish */

static const char fish_list[] =
"_list\n"
"    set -l token (commandline -ct | string replace -r '^--[a-z-]+=' '')\n"
"    set -l head (string match -r '.*,' -- $token)\n"
"    set -l sign (string match -r '^[+-]' -- (string replace -r '.*,' '' -- $token))\n"
"    printf \"$head$sign%s\\n\" $argv\n"
"end\n\n";

static void print_fish_values(FILE *file, const struct option_entry *entry)
{
	if (entry->complete == COMPLETE_FILES) {
		fputs(entry->is_optional ? " -F" : " -r -F", file);
		return;
	}
	fputs(" -x", file);
	if (!has_words(entry))
		return;
	fputs(" -a '", file);
	if (entry->is_list) {
		fputs("(__", file);
		print_identifier(file);
		fputs("_list ", file);
	}
	if (entry->complete == COMPLETE_PIDS)
		fputs("(__fish_complete_pids | string split -f1 \\t)", file);
	else if (entry->complete == COMPLETE_TASKS)
		fputs("(ps -eo comm= | sort -u)", file);
	else if (entry->complete == COMPLETE_MODULES)
		fputs("(string split -f1 \" \" </proc/modules)", file);
	else
		print_words(file, entry, " ");
	fputs(entry->is_list ? ")'" : "'", file);
}

static void print_fish(const struct option_list *list, FILE *file)
{
	fputs("\nfunction __", file);
	print_identifier(file);
	fputs(fish_list, file);
	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (!is_shown(entry))
			continue;
		fprintf(file, "complete -c %s", cli_program);
		if (entry->letter)
			fprintf(file, " -s %c", entry->letter);
		if (entry->name)
			fprintf(file, " -l %s", entry->name);
		if (entry->argument)
			print_fish_values(file, entry);
		fputs(" -d '", file);
		print_quoted(file, entry->help, "\\");
		fputs("'\n", file);
	}
}

/* --- the table */

static void print_table(const struct option_list *list, FILE *file)
{
	static const char *const kinds[] = {
		[OPTION_FLAG] = "flag", [OPTION_TEXT] = "text", [OPTION_FILE] = "file",
		[OPTION_NUMBER] = "number", [OPTION_SIZE] = "size",
		[OPTION_DURATION] = "duration", [OPTION_WORD] = "word", [OPTION_ORDER] = "order",
		[OPTION_NAME] = "word",
		[OPTION_CALL] = "call", [OPTION_ALIAS] = "alias",
	};

	for (size_t i = 0; i < list->count; i++) {
		const struct option_entry *entry = list->entries[i];

		if (!is_shown(entry))
			continue;
		fprintf(file, "%s\t%.1s\t%s%s%s\t%s\t", entry->name ? entry->name : "",
			&entry->letter, entry->is_optional ? "[" : "",
			entry->argument ? entry->argument : "",
			entry->is_optional ? "]" : "", kinds[entry->kind]);
		print_words(file, entry, ",");
		fprintf(file, "\t%s\n", entry->help);
	}
}

void options_print_completion(const struct option_table *table, const char *shell,
			      FILE *file)
{
	struct option_list list;

	options_collect(table, &list);
	if (!strcasecmp(shell, "table")) {
		print_table(&list, file);
		return;
	}
	if (!strcasecmp(shell, "zsh"))
		fprintf(file, "#compdef %s\n", cli_program);
	fprintf(file, "# SPDX-License-Identifier: LGPL-2.1-or-later\n"
		"# %s completion for %s, made from its table of options\n", shell,
		cli_program);
	if (!strcasecmp(shell, "bash"))
		print_bash(&list, file);
	else if (!strcasecmp(shell, "zsh"))
		print_zsh(&list, file);
	else
		print_fish(&list, file);
}
