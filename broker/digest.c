// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The devcap authors
/*
 * Digests by libcrypto. Reads with pread(2) only: no descriptor is moved.
 */
#include <elf.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "digest.h"
#include "error.h"

#define BLOCK_SIZE 65536
/* Program headers and notes that are looked at; more is not what a linker makes. */
#define HEADERS_MAX 64
#define NOTES_SIZE_MAX 4096

static void write_hex(const unsigned char *bytes, unsigned int size, char *hex)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}

void digest_bytes(const void *bytes, size_t size, char digest[DIGEST_SIZE])
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	if (!EVP_Digest(bytes, size, raw, &length, EVP_sha256(), NULL))
		error_no_memory();
	write_hex(raw, length, digest);
}

int digest_file(int fd, char digest[DIGEST_SIZE])
{
	cleanup_free unsigned char *block = must(malloc(BLOCK_SIZE));
	EVP_MD_CTX *context = must(EVP_MD_CTX_new());
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int length = 0;
	off_t offset = 0;
	ssize_t size;

	if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		error_no_memory();
	while ((size = pread(fd, block, BLOCK_SIZE, offset)) > 0) {
		EVP_DigestUpdate(context, block, (size_t)size);
		offset += size;
	}
	if (!size) {
		EVP_DigestFinal_ex(context, raw, &length);
		write_hex(raw, length, digest);
	}
	EVP_MD_CTX_free(context);
	return size ? -1 : 0;
}

/* The build-id among the notes of one segment. */
static int find_build_id(const unsigned char *notes, size_t size, char digest[DIGEST_SIZE])
{
	size_t at = 0;
	Elf64_Nhdr note;

	while (size - at >= sizeof(note)) {
		size_t name, description;

		memcpy(&note, notes + at, sizeof(note));
		at += sizeof(note);
		name = ((size_t)note.n_namesz + 3) & ~(size_t)3;
		description = ((size_t)note.n_descsz + 3) & ~(size_t)3;
		if (name > size - at || description > size - at - name)
			return -1;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes + at, "GNU", 4) && note.n_descsz) {
			digest_bytes(notes + at + name, note.n_descsz, digest);
			return 0;
		}
		at += name + description;
	}
	return -1;
}

int digest_program(int fd, char digest[DIGEST_SIZE])
{
	unsigned char notes[NOTES_SIZE_MAX];
	Elf64_Ehdr head;
	Elf64_Phdr part;
	unsigned int i;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) || head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_phentsize != sizeof(part) || head.e_phnum > HEADERS_MAX)
		return digest_file(fd, digest);
	for (i = 0; i < head.e_phnum; i++) {
		if (pread(fd, &part, sizeof(part), (off_t)(head.e_phoff + i * sizeof(part))) !=
		    sizeof(part))
			break;
		if (part.p_type != PT_NOTE || part.p_filesz > sizeof(notes))
			continue;
		if (pread(fd, notes, part.p_filesz, (off_t)part.p_offset) ==
			    (ssize_t)part.p_filesz &&
		    !find_build_id(notes, part.p_filesz, digest))
			return 0;
	}
	return digest_file(fd, digest);
}
