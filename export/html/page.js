// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * page.js - small things that all parts of the page need.
 */
export const element = (id) => document.getElementById(id);

export function option(id, text) {
	element(id).appendChild(document.createElement("option")).textContent = text;
}

/* "1.5 GiB", "3,000"; with a sign if it is a change */
export function quantity(value, unit, sign = "") {
	const size = Math.abs(value);
	const mark = value < 0 ? "−" : value > 0 ? sign : "";
	const step = Math.min(6, size < 1024 ? 0 : Math.floor(Math.log2(size) / 10));

	if (unit !== "bytes")
		return mark + size.toLocaleString("en");
	return `${mark}${step ? (size / 1024 ** step).toFixed(1) : size} ` +
		["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][step];
}

/* What cannot be seen, or turns the order of letters round, is shown by its number. */
export function visible(text) {
	return !/[^ -~]/.test(text) ? text : text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) =>
		`\\u{${c.codePointAt(0).toString(16)}}`);
}
