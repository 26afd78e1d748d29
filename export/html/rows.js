// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * rows.js - the report's JSON (see html.c) as rows: { pages, times, frames, keys } of a
 * profile, { series, change, frames, keys } of a diff. frames (from the root on) and
 * keys are numbers of texts.
 */
import { visible } from "./page.js";

export function load(json) {
	const diff = json.kind === "diff";
	const texts = json.texts.map(visible);

	return {
		diff, texts,
		title: visible(json.title), pageSize: json.page_size, keys: json.keys,
		totals: json.totals, allRows: json.all_rows, hasStacks: json.has_stacks,
		conditions: json.conditions.map(([name, value]) => [name, visible(value)]),
		measures: diff ? ["last", "first", "change"] : ["held"],
		units: ["bytes", "pages", ...(json.has_times ? ["allocations"] : [])],
		rows: json.rows.map(diff ?
			([series, change, frames, ...keys]) => ({ series, change, frames, keys }) :
			([pages, times, frames, ...keys]) => ({ pages, times, frames, keys })),
	};
}

/* What a row measures: its width in the graph */
export function valueOf(data, state, row) {
	const factor = state.unit === "bytes" ? data.pageSize : 1;

	if (data.diff)
		return factor * (state.measure === "change" ? Math.abs(row.change ?? 0) :
			row.series.at(state.measure === "first" ? 0 : -1));
	return state.unit === "allocations" ? row.times ?? 0 : factor * (row.pages ?? 0);
}

/* In the unit of the report, null where nobody knows */
export function changeOf(data, state, row) {
	return row.change === null ? null :
		row.change * (state.unit === "bytes" ? data.pageSize : 1);
}
