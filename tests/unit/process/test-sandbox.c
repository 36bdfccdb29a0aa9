/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a helper can still do inside, tried by children that entered; and which descriptors stay.
 * A child reports by its exit status, or by the signal that ended it. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/sandbox.h>

#define EXIT_NO_SANDBOX 99

static char *folder;
static int open_file; /* opened before entering */

/* Each returns what a helper would see: 0, or errno. */
static int
read_open_file(void)
{
	char octet;

	return pread(open_file, &octet, 1, 0) == 1 ? 0 : errno;
}

static int
open_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd >= 0 ? 0 : errno;
}

static int
open_passwd(void)
{
	return open_path("/etc/passwd", O_RDONLY);
}

static int
open_listed(void)
{
	return open_path(folder, O_RDONLY | O_DIRECTORY);
}

static int
create_in_listed(void)
{
	g_autofree char *path = g_build_filename(folder, "made", NULL);

	return open_path(path, O_RDWR | O_CREAT);
}

static int
truncate_listed(void)
{
	g_autofree char *path = g_build_filename(folder, "file", NULL);

	return truncate(path, 0) == 0 ? 0 : errno;
}

static int
connect_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static int
take_own_host_name(void)
{
	return unshare(CLONE_NEWUTS) == 0 ? 0 : errno;
}

static int
make_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 0 : errno;
}

static int
trace_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 ? 0 : errno;
}

static int
signal_parent(void)
{
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int
run_program(void)
{
	(void)execl("/bin/true", "true", NULL);
	return errno;
}

/* RLIMIT_FSIZE of 2: the third octet does not fit any more. */
static int
write_much(void)
{
	g_autofree char *path = g_build_filename(folder, "file", NULL);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	(void)signal(SIGXFSZ, SIG_IGN);
	if (write(fd, "xyz", 3) != 2) {
		return EIO;
	}
	return write(fd, "z", 1) == 1 ? 0 : errno;
}

static void *
do_nothing(void *data)
{
	return data;
}

static int
start_thread(void)
{
	pthread_t thread;
	int code = pthread_create(&thread, NULL, do_nothing, NULL);

	return code == 0 ? pthread_join(thread, NULL) : code;
}

static int
start_process(void)
{
	return fork() >= 0 ? 0 : errno;
}

/* A file knows none of them. */
static int
ask_a(void)
{
	return ioctl(open_file, _IO('a', 0)) == 0 ? 0 : errno;
}

static int
ask_b(void)
{
	return ioctl(open_file, _IO('b', 1)) == 0 ? 0 : errno;
}

static int
ask_d(void)
{
	return ioctl(open_file, _IOWR('d', 0x64, int[4])) == 0 ? 0 : errno;
}

static int
ask_terminal(void)
{
	return ioctl(open_file, TIOCSTI, "x") == 0 ? 0 : errno;
}

static int
has_no_new_privs(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : EPERM;
}

/* sigaltstack: AddressSanitizer asks for it before a function that does not return. */
static const int few_calls[] = { SYS_read, SYS_pread64, SYS_write, SYS_exit, SYS_exit_group,
	SYS_rt_sigreturn, SYS_futex, SYS_mmap, SYS_munmap, SYS_brk, SYS_madvise, SYS_sigaltstack,
	-1 };
/* What libc does around the start of a thread. */
static const int thread_calls[] = { SYS_read, SYS_write, SYS_exit, SYS_exit_group, SYS_rt_sigreturn,
	SYS_futex, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_brk, SYS_madvise, SYS_sigaltstack,
	SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_set_robust_list, SYS_rseq, SYS_gettid, SYS_getpid,
	SYS_sched_getaffinity, SYS_prlimit64, SYS_openat, SYS_readlink, SYS_close, SYS_fstat,
	SYS_newfstatat, SYS_lseek, -1 };
static const int ioctl_calls[] = { SYS_read, SYS_pread64, SYS_write, SYS_exit, SYS_exit_group,
	SYS_rt_sigreturn, SYS_futex, SYS_mmap, SYS_munmap, SYS_brk, SYS_madvise, SYS_sigaltstack,
	SYS_ioctl, -1 };
static const int refused_calls[] = { SYS_openat, SYS_socket, -1 };
static AvuSandboxPath read_paths[] = { { NULL, AVU_SANDBOX_READ },
	{ "/no/such/path", AVU_SANDBOX_READ }, { NULL, 0 } };
static AvuSandboxPath write_paths[] = { { NULL, AVU_SANDBOX_READ | AVU_SANDBOX_WRITE },
	{ NULL, 0 } };

static const AvuSandboxProfile no_paths = { .name = "no-paths" };
static const AvuSandboxProfile reading = { .name = "reading", .paths = read_paths };
static const AvuSandboxProfile writing = { .name = "writing",
	.paths = write_paths,
	.rlimits = { { RLIMIT_FSIZE, 2 }, { RLIMIT_CORE, 0 } } };
static const AvuSandboxProfile strict = {
	.name = "strict", .syscalls = few_calls, .refused = refused_calls
};
static const AvuSandboxProfile refusing = { .name = "refusing", .refused = refused_calls };
static const AvuSandboxProfile asking = {
	.name = "asking", .syscalls = ioctl_calls, .ioctl_types = "bd"
};
static const AvuSandboxProfile threads = {
	.name = "threads", .syscalls = few_calls, .refused = refused_calls, .allow_threads = true
};
static const AvuSandboxProfile starting = {
	.name = "starting", .syscalls = thread_calls, .start_threads = true
};
static const AvuSandboxProfile not_starting = { .name = "not-starting", .syscalls = thread_calls };

static const struct {
	const AvuSandboxProfile *profile;
	int (*try)(void);
	int want;      /* errno seen inside; 0: allowed */
	int signum;    /* that ends it; 0: none */
	bool landlock; /* rests on it: skipped without */
	int version;   /* of Landlock, from which on */
	const char *why;
} rows[] = {
	{ &no_paths, read_open_file, 0, 0, false, 0, "an open descriptor stays readable" },
	{ &no_paths, has_no_new_privs, 0, 0, false, 0, "no new privileges" },
	{ &no_paths, open_passwd, EACCES, 0, true, 1, "no path at all" },
	{ &no_paths, open_listed, EACCES, 0, true, 1, "no path at all, folder" },
	{ &no_paths, connect_tcp, EACCES, 0, true, 4, "no TCP" },
	{ &no_paths, signal_parent, EPERM, 0, true, 6, "no signals outside" },
	{ &no_paths, run_program, EACCES, 0, true, 1, "nothing to execute" },
	{ &reading, open_listed, 0, 0, false, 0, "a listed folder" },
	{ &reading, open_passwd, EACCES, 0, true, 1, "beside the listed folder" },
	{ &reading, create_in_listed, EACCES, 0, true, 1, "a listed folder is read-only" },
	{ &reading, truncate_listed, EACCES, 0, true, 3, "truncate is writing" },
	{ &writing, create_in_listed, 0, 0, false, 0, "a folder to write to" },
	{ &writing, write_much, EFBIG, 0, false, 0, "resource limits hold" },
	{ &strict, read_open_file, 0, 0, false, 0, "allowed call" },
	{ &strict, open_passwd, EPERM, 0, false, 0, "refused call goes on" },
	{ &strict, make_socket, EPERM, 0, false, 0, "refused call: socket" },
	{ &strict, trace_parent, 0, SIGSYS, false, 0, "any other call kills" },
	{ &strict, run_program, 0, SIGSYS, false, 0, "exec kills" },
	{ &asking, ask_b, ENOTTY, 0, false, 0, "an ioctl of a type that is listed first" },
	{ &asking, ask_d, ENOTTY, 0, false, 0, "last" },
	{ &asking, ask_a, EPERM, 0, false, 0, "not at all" },
	{ &asking, ask_terminal, EPERM, 0, false, 0, "type ahead at a terminal" },
	{ &asking, read_open_file, 0, 0, false, 0, "no ioctl" },
	{ &asking, make_socket, 0, SIGSYS, false, 0, "the other filter holds, too" },
	{ &threads, trace_parent, 0, SIGSYS, false, 0, "with all threads" },
	{ &starting, start_thread, 0, 0, false, 0, "threads where they are allowed" },
	{ &starting, start_process, 0, SIGSYS, false, 0, "but no process" },
	{ &not_starting, start_thread, 0, SIGSYS, false, 0, "no threads where they are not" },
	{ &refusing, make_socket, EPERM, 0, false, 0, "only some refused: refused" },
	{ &refusing, take_own_host_name, EPERM, 0, false, 0,
		"what no helper needs: refused unasked" },
	{ &refusing, signal_parent, EPERM, 0, true, 6, "only some refused: Landlock holds too" },
	{ &refusing, has_no_new_privs, 0, 0, false, 0, "only some refused: others allowed" },
};

static int
landlock_version_here(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	return version > 0 ? (int)version : 0;
}

static int
try_inside(size_t row)
{
	int status;
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		if (!avu_sandbox_enter(rows[row].profile, NULL)) {
			_exit(EXIT_NO_SANDBOX);
		}
		_exit(rows[row].try());
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	return status;
}

static void
test_rows(void)
{
	int version = landlock_version_here();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].landlock && version < rows[i].version) {
			g_test_message("%s: this kernel's Landlock is %d, row left out",
				rows[i].why, version);
			continue;
		}

		int status = try_inside(i);

		g_test_message("%s (%s): status %#x", rows[i].why, rows[i].profile->name,
			(unsigned)status);
		if (rows[i].signum != 0) {
			g_assert_true(WIFSIGNALED(status));
			g_assert_cmpint(WTERMSIG(status), ==, rows[i].signum);
		} else {
			g_assert_true(WIFEXITED(status));
			g_assert_cmpint(WEXITSTATUS(status), ==, rows[i].want);
		}
	}
}

/* A second entry, as a forked child does it, takes away more. */
static void
test_twice(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		bool held = avu_sandbox_enter(&reading, NULL) && open_listed() == 0 &&
			    avu_sandbox_enter(&strict, NULL) && open_listed() == EPERM;

		_exit(held ? 0 : 1);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
}

static void
test_describe(void)
{
	g_autofree char *outside = avu_sandbox_describe();
	int pipes[2], status;
	char text[200] = "";

	g_assert_cmpstr(outside, ==, "none");
	g_assert_cmpint(pipe(pipes), ==, 0);

	pid_t child = fork();

	if (child == 0) {
		if (!avu_sandbox_enter(&strict, NULL)) {
			_exit(1);
		}

		g_autofree char *inside = avu_sandbox_describe();

		_exit(write(pipes[1], inside, strlen(inside)) > 0 ? 0 : 1);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	g_assert_cmpint(read(pipes[0], text, sizeof text - 1), >, 0);
	g_test_message("%s", text);
	g_assert_true(g_str_has_prefix(text, "no new privileges, seccomp, "));
	g_assert_nonnull(strstr(text, landlock_version_here() > 0 ? "(files" : "no Landlock"));
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static const struct {
	int keep[4];
	unsigned n_keep;
	const char *open_after; /* 'x' for each of 40…49 that stays */
	const char *why;
} close_rows[] = {
	{ { 0 }, 0, "..........", "none" },
	{ { 40 }, 1, "x.........", "the first" },
	{ { 49, 42, 42, -1 }, 4, "..x......x", "out of order, twice, absent" },
	{ { 43, 44 }, 2, "...xx.....", "neighbours" },
	{ { 3, 45 }, 2, ".....x....", "one below the start" },
};

static void
test_close_fds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(close_rows); i++) {
		int status;
		pid_t child = fork();

		g_test_message("%s", close_rows[i].why);
		if (child == 0) {
			bool good = true;

			for (int fd = 40; fd < 50; fd++) {
				(void)dup2(open_file, fd);
			}
			avu_sandbox_close_fds(40, close_rows[i].keep, close_rows[i].n_keep);
			for (int fd = 40; fd < 50; fd++) {
				bool open_now = fcntl(fd, F_GETFD) >= 0;

				good &= open_now == (close_rows[i].open_after[fd - 40] == 'x');
			}
			good &= fcntl(open_file, F_GETFD) >= 0; /* below the start */
			_exit(good ? 0 : 1);
		}
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_cmpint(status, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	read_paths[0].path = folder;
	write_paths[0].path = folder;

	g_autofree char *path = g_build_filename(folder, "file", NULL);

	g_assert_true(g_file_set_contents(path, "x", 1, NULL));
	open_file = open(path, O_RDONLY | O_CLOEXEC);
	g_test_add_func("/sandbox/rows", test_rows);
	g_test_add_func("/sandbox/twice", test_twice);
	g_test_add_func("/sandbox/describe", test_describe);
	g_test_add_func("/sandbox/close-fds", test_close_fds);
	failed = g_test_run();

	g_autofree char *command = g_strdup_printf("rm -r '%s'", folder);

	(void)!system(command);
	g_free(folder);
	return failed;
}
