// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * gpu.c - buffers of graphics, cameras and other devices: dma-buf by exporter, and what each
 * client of a DRM driver has in memory.
 *
 * Pages of the system heap and of CMA heaps are in no line of meminfo, so that they are parts.
 * Those of all other exporters and clients may be shared memory, in GPUActive, in the device,
 * or in no line: they are details.
 */
#include "account/source.h"

#include <stdio.h>

/* The class, or group of details, of what an exporter has */
static unsigned int group_of(struct pageowner_text exporter)
{
	static const char *const heaps[] = { "system", "system-uncached", "qcom,system",
		"reserved", "linux,cma", "default_cma_region" };

	if (po_is_one_of(exporter, heaps, PO_ARRAY_SIZE(heaps)))
		return PAGEOWNER_ACCOUNT_OTHER;
	/* It shares memfd. */
	if (po_text_equal(exporter, PO_TEXT("udmabuf")))
		return PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_CACHE);
	return PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_OTHER);
}

static int add_buffer(struct po_source_file *f, struct pageowner_text exporter, uint64_t size)
{
	struct po_part part = {
		.id = group_of(exporter), .source = PAGEOWNER_ACCOUNT_DMA_BUF,
		.module = PO_TEXT(""), .bytes = (int64_t)size, .count = 1, .unit = "buffers",
	};
	char name[128];
	const size_t len = exporter.len < 100 ? exporter.len : 100;

	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "dma-buf of %.*s", (int)len, exporter.ptr) };
	f->unit = po_add_or_stay(f->unit, size);
	return po_parts_add(f->parts, &part);
}

static bool is_hex(struct pageowner_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!po_hex_digits[(unsigned char)text.ptr[i]])
			return false;
	return text.len;
}

/* "Total 3 objects, 14336000 bytes", which says whether all were there */
static int check_total(const struct po_source_file *f, struct po_cursor c)
{
	uint64_t objects, bytes;

	if (po_take_decimal(&c, &objects) != PO_NUMBER_OK)
		return -EBADMSG;
	if (!po_take_word(&c, " objects, "))
		return po_take_word(&c, " devices attached") ? 0 : -EBADMSG;
	return po_take_decimal(&c, &bytes) == PO_NUMBER_OK && po_take_word(&c, " bytes") &&
		bytes == f->unit ? 0 : -EBADMSG;
}

/*
 * "size flags mode count exp_name [ino [name]]", separated by tabs; what is attached to a
 * buffer, and its fences, are on lines that begin with a tab. @f->unit: bytes so far
 */
int po_dma_buf_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text word[3];
	uint64_t size;

	if (!line.len || line.ptr[0] == '\t' || po_take_word(&c, "Dma-buf Objects:") ||
	    po_take_word(&c, "size"))
		return 0;
	if (po_take_word(&c, "Total "))
		return check_total(f, c);
	if (po_take_decimal(&c, &size) != PO_NUMBER_OK || size > INT64_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < PO_ARRAY_SIZE(word); i++)
		if (!po_take_word(&c, "\t") || !po_take_token(&c, &word[i]) || !is_hex(word[i]))
			return -EBADMSG;
	if (!po_take_word(&c, "\t") || !po_take_token(&c, &word[0]))
		return -EBADMSG;
	return add_buffer(f, word[0], size);
}

/* /sys/kernel/dmabuf/buffers/INODE/size, where there is no debugfs */
int po_dma_buf_size_line(struct po_source_file *f, struct pageowner_text line)
{
	const struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(PAGEOWNER_ACCOUNT_OTHER),
		.source = PAGEOWNER_ACCOUNT_DMA_BUF_SIZES, .name = PO_TEXT("dma-buf of all exporters"),
		.module = PO_TEXT(""), .count = 1, .unit = "buffers",
	};
	struct po_part sized = part;
	uint64_t size;

	if (po_read_number(line, &size) < 0 || size > INT64_MAX)
		return -EBADMSG;
	sized.bytes = (int64_t)size;
	return po_parts_add(f->parts, &sized);
}

/* --- clients of DRM drivers */

/* Whether a driver's buffers come from TTM, not from shared memory */
static bool has_ttm(struct pageowner_text driver)
{
	static const char *const drivers[] = { "amdgpu", "radeon", "nouveau", "xe", "vmwgfx",
		"qxl" };

	return po_is_one_of(driver, drivers, PO_ARRAY_SIZE(drivers));
}

static bool is_in_device(struct pageowner_text region)
{
	static const struct pageowner_text starts[] = {
		PO_TEXT("vram"), PO_TEXT("local"), PO_TEXT("visible-vram"), PO_TEXT("stolen"),
		PO_TEXT("lmem"),
	};

	for (size_t i = 0; i < PO_ARRAY_SIZE(starts); i++)
		if (region.len >= starts[i].len && !memcmp(region.ptr, starts[i].ptr, starts[i].len))
			return true;
	return false;
}

/* "1234 KiB": 0 or -EBADMSG */
static int read_bytes(struct po_cursor *c, int64_t *bytes)
{
	struct pageowner_text unit;
	uint64_t number, factor = 1;

	if (po_take_count(c, &number) < 0)
		return -EBADMSG;
	if (po_take_token(c, &unit)) {
		if (po_text_equal(unit, PO_TEXT("KiB")))
			factor = 1 << 10;
		else if (po_text_equal(unit, PO_TEXT("MiB")))
			factor = 1 << 20;
		else
			return -EBADMSG;
	}
	return __builtin_mul_overflow(number, factor, bytes) ? -EBADMSG : 0;
}

/* Several descriptors, in several processes, may be of one client: only the first counts. */
static int begin_client(struct po_source_file *f, struct pageowner_text id)
{
	const struct po_part part = {
		.id = PO_ACCOUNT_HIDDEN, .source = PAGEOWNER_ACCOUNT_DRM, .name = id,
		.module = { f->text, f->text_len },
	};
	const int ret = po_parts_meet(f->parts, &part);

	if (ret < 0)
		return ret;
	f->is_inside = ret && po_read_number(id, &f->unit) == 0;
	return 0;
}

/* "gtt:\t1234 KiB", after "drm-resident-" or its old name: the larger if both are there */
static int add_region(struct po_source_file *f, struct po_cursor c)
{
	const struct pageowner_text driver = { f->text, f->text_len };
	struct po_part part = {
		.id = PO_ACCOUNT_DETAIL(has_ttm(driver) ? PAGEOWNER_ACCOUNT_GPU :
					PAGEOWNER_ACCOUNT_CACHE),
		.source = PAGEOWNER_ACCOUNT_DRM, .module = PO_TEXT(""), .flags = PO_PART_LARGEST,
	};
	struct pageowner_text region;
	char name[192];

	if (!f->is_inside)
		return 0;
	if (!po_take_until(&c, ':', &region) || !region.len || region.len > 32)
		return -EBADMSG;
	po_take_word(&c, ":");
	while (po_take_word(&c, "\t") || po_take_word(&c, " "))
		;
	if (read_bytes(&c, &part.bytes) < 0)
		return -EBADMSG;
	if (!part.bytes || is_in_device(region))
		return 0;
	part.name = (struct pageowner_text){ name,
		(size_t)snprintf(name, sizeof(name), "%.*s client %ju of process %.*s: %.*s",
				 (int)driver.len, driver.ptr, (uintmax_t)f->unit,
				 (int)f->process.len, f->process.ptr, (int)region.len, region.ptr) };
	return po_parts_add(f->parts, &part);
}

/* The number of the process, of "PID/FD" */
static void find_process(struct po_source_file *f)
{
	struct po_cursor c = { f->instance.ptr, f->instance.ptr + f->instance.len };
	uint64_t pid;

	f->process = PO_TEXT("unknown");
	if (po_take_decimal(&c, &pid) == PO_NUMBER_OK)
		f->process = (struct pageowner_text){ f->instance.ptr,
			(size_t)(c.at - f->instance.ptr) };
}

int po_drm_line(struct po_source_file *f, struct pageowner_text line)
{
	struct po_cursor c = { line.ptr, line.ptr + line.len };
	struct pageowner_text word;

	if (!po_take_word(&c, "drm-"))
		return 0;
	if (po_take_word(&c, "resident-") || po_take_word(&c, "memory-"))
		return add_region(f, c);
	if (po_take_word(&c, "driver:\t") && po_take_token(&c, &word)) {
		find_process(f);
		f->text_len = word.len < sizeof(f->text) ? word.len : sizeof(f->text);
		memcpy(f->text, word.ptr, f->text_len);
		return 0;
	}
	if (po_take_word(&c, "client-id:\t") && po_take_token(&c, &word) && f->process.len)
		return begin_client(f, word);
	return 0;
}
