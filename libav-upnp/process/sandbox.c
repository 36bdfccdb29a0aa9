/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* process/sandbox.c: the order in which a helper gives up its rights. On its only thread, or before
 * it starts others: rules over files hold for the calling thread and what it starts. */
#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <av-upnp/error.h>
#include <av-upnp/sandbox.h>

#include "landlock.h"

#define IOCTL_TYPES_MAX 8

/* What holds in this process, for describe(); written once, by enter(). */
static struct {
	bool entered;
	bool seccomp;
	int landlock;
} held;

static bool
refuse(GError **error, const char *name, const char *what, int errnum)
{
	g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED, "sandbox of %s: %s: %s", name, what,
		g_strerror(errnum));
	return false;
}

static bool
limit_resources(const AvuSandboxProfile *profile, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(profile->rlimits); i++) {
		int resource = profile->rlimits[i].resource;
		struct rlimit limit = { profile->rlimits[i].value, profile->rlimits[i].value };
		struct rlimit now;

		if (resource == 0 && limit.rlim_cur == 0) {
			break;
		}
		if ((resource == RLIMIT_AS || resource == RLIMIT_DATA) && AVU_SANITIZED) {
			continue; /* shadow memory takes terabytes of it */
		}
		/* A limit that is lower already stays: raising it is not ours to do. */
		if (getrlimit((__rlimit_resource_t)resource, &now) == 0 &&
			now.rlim_max < limit.rlim_max) {
			limit.rlim_max = now.rlim_max;
			limit.rlim_cur = MIN(limit.rlim_cur, now.rlim_max);
		}
		if (setrlimit((__rlimit_resource_t)resource, &limit) != 0) {
			return refuse(error, profile->name, "resource limit", errno);
		}
	}
	return true;
}

/* No helper needs these, whatever its libraries do: other programs, other processes, the kernel. */
static const int harmful[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(sethostname),
	-1,
};

/* @return 0 or a negative errno, as libseccomp does */
static int
add_rules(scmp_filter_ctx filter, uint32_t action, const int *calls)
{
	int result = 0;

	for (; calls != NULL && *calls != -1 && result == 0; calls++) {
		/* Below -1: a call that this architecture does not have, and nobody can make. */
		if (*calls >= 0) {
			result = seccomp_rule_add(filter, action, *calls, 0);
		}
	}
	return result;
}

/* A clone that shares everything is a thread. The arguments of clone3 lie in memory, where no filter
 * sees them: libc falls back to clone when that is said not to exist. */
static int
add_thread_rules(scmp_filter_ctx filter)
{
	int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	return result == 0 ? seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0)
			   : result;
}

static int
load_filter(const AvuSandboxProfile *profile, scmp_filter_ctx filter)
{
	int result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (result == 0 && profile->allow_threads) {
		result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	}
	if (result == 0) {
		result = profile->syscalls != NULL
				 ? add_rules(filter, SCMP_ACT_ALLOW, profile->syscalls)
				 : add_rules(filter, SCMP_ACT_ERRNO(EPERM), harmful);
	}
	if (result == 0 && profile->start_threads) {
		result = add_thread_rules(filter);
	}
	if (result == 0) {
		result = add_rules(filter, SCMP_ACT_ERRNO(EPERM), profile->refused);
	}
	return result == 0 ? seccomp_load(filter) : result;
}

/* A filter of its own, written by hand: libseccomp can say what an argument is, not what it is none of. What both
 * allow is allowed. @return 0 or a negative errno */
static int
filter_ioctl(const char *types)
{
	struct sock_filter code[IOCTL_TYPES_MAX + 7];
	const size_t n = strlen(types);
	const uint32_t request = offsetof(struct seccomp_data, args[1]) +
				 (G_BYTE_ORDER == G_BIG_ENDIAN ? sizeof(uint32_t) : 0);
	unsigned short len = 0;

	if (n > IOCTL_TYPES_MAX) {
		return -EINVAL;
	}
	code[len++] = (struct sock_filter)BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	code[len++] = (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, (uint8_t)(n + 3));
	code[len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, request);
	code[len++] = (struct sock_filter)BPF_STMT(
		BPF_ALU | BPF_AND | BPF_K, (uint32_t)_IOC_TYPEMASK << _IOC_TYPESHIFT);
	for (size_t i = 0; i < n; i++) {
		code[len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			(uint32_t)(unsigned char)types[i] << _IOC_TYPESHIFT, (uint8_t)(n - i), 0);
	}
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog program = { len, code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ? 0 : -errno;
}

static bool
filter_calls(const AvuSandboxProfile *profile, GError **error)
{
	scmp_filter_ctx filter;
	int result;

	if (profile->syscalls == NULL && profile->refused == NULL) {
		return true;
	}
	result = profile->ioctl_types != NULL ? filter_ioctl(profile->ioctl_types) : 0;
	if (result != 0) {
		return refuse(error, profile->name, "filter of ioctl", -result);
	}
	filter = seccomp_init(profile->syscalls != NULL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
	result = filter != NULL ? load_filter(profile, filter) : -ENOMEM;
	if (filter != NULL) {
		seccomp_release(filter);
	}
	if (result != 0) {
		return refuse(error, profile->name, "filter of system calls", -result);
	}
	held.seccomp = true;
	return true;
}

bool
avu_sandbox_enter(const AvuSandboxProfile *profile, GError **error)
{
	int version = landlock_version();

	if (!limit_resources(profile, error)) {
		return false;
	}
	/* The leak check of sanitizer builds traces its own process. */
	if (!AVU_SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
		return refuse(error, profile->name, "dumpable", errno);
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		return refuse(error, profile->name, "no-new-privileges", errno);
	}
	if (version > 0 &&
		!landlock_enter(profile->paths, profile->abstract_sockets, version, error)) {
		g_prefix_error(error, "sandbox of %s: ", profile->name);
		return false;
	}
	/* Before the filter: afterwards nothing that needs a call may be left to do. */
	held.landlock = version;
	held.entered = true;
	return filter_calls(profile, error);
}

char *
avu_sandbox_describe(void)
{
	static const struct {
		int since;
		const char *what;
	} parts[] = { { 1, "files" }, { 4, "TCP" }, { 6, "signals and abstract sockets" } };
	GString *text = g_string_new(held.entered ? "no new privileges" : "none");

	if (held.seccomp) {
		g_string_append(text, ", seccomp");
	}
	if (held.entered && held.landlock == 0) {
		g_string_append(text, ", no Landlock in this kernel");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(parts) && held.landlock >= parts[i].since; i++) {
		if (i == 0) {
			g_string_append_printf(text, ", Landlock %d (", held.landlock);
		}
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", parts[i].what);
	}
	if (held.landlock > 0) {
		g_string_append_c(text, ')');
	}
	return g_string_free(text, FALSE);
}
