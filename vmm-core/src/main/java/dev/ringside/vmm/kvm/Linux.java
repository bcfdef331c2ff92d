package dev.ringside.vmm.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls that KVM needs, on Linux x86-64. Stateless but for the calling thread's errno.
 */
@SuppressWarnings("restricted")
final class Linux {
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENOENT = 2;
  static final int EPERM = 1;

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
  private static final int SYS_GETTID = 186;
  private static final int SYS_TGKILL = 234;

  /** Blocked in the vCPU's thread and let through inside KVM_RUN alone: SIGRTMIN + 8. */
  static final int KICK_SIGNAL = 42;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_FIELD =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> CALL_STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle OPEN =
      variadic(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          2);
  private static final MethodHandle CLOSE =
      call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final MethodHandle IOCTL =
      variadic(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          2);
  private static final MethodHandle MMAP =
      call(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MUNMAP =
      call(
          "munmap",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final MethodHandle SYSCALL =
      variadic(
          "syscall",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          1);
  private static final MethodHandle SIGMASK =
      call(
          "pthread_sigmask",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  private static final MethodHandle SIGTIMEDWAIT =
      call(
          "sigtimedwait",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private Linux() {}

  /** Whether this is the one platform the layouts are for. */
  static boolean isSupported() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  private static MethodHandle call(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LIBC.findOrThrow(name), type, ERRNO);
  }

  private static MethodHandle variadic(String name, FunctionDescriptor type, int fixed) {
    return LINKER.downcallHandle(
        LIBC.findOrThrow(name), type, ERRNO, Linker.Option.firstVariadicArg(fixed));
  }

  /** The calling thread's errno after the last call. */
  static int errno() {
    return (int) ERRNO_FIELD.get(CALL_STATE.get(), 0L);
  }

  /** Opens for reading and writing; -1 with errno. */
  static int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) OPEN.invokeExact(CALL_STATE.get(), arena.allocateFrom(path), O_RDWR | O_CLOEXEC);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void close(int fd) {
    try {
      int ignored = (int) CLOSE.invokeExact(CALL_STATE.get(), fd);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** ioctl with a plain argument; -1 with errno. */
  static int ioctl(int fd, long request, long argument) {
    try {
      return (int) IOCTL.invokeExact(CALL_STATE.get(), fd, request, argument);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** ioctl with a structure. */
  static int ioctl(int fd, long request, MemorySegment argument) {
    return ioctl(fd, request, argument.address());
  }

  /** Maps a device's memory, shared; its end of life is {@link #unmap}. */
  static MemorySegment mapShared(int fd, long size) {
    return map(fd, size, MAP_SHARED);
  }

  /** Zeroed memory that costs nothing until it is touched. */
  static MemorySegment mapAnonymous(long size) {
    return map(-1, size, MAP_PRIVATE_ANONYMOUS_NORESERVE);
  }

  private static MemorySegment map(int fd, long size, int flags) {
    try {
      MemorySegment at =
          (MemorySegment)
              MMAP.invokeExact(
                  CALL_STATE.get(), MemorySegment.NULL, size, PROT_READ_WRITE, flags, fd, 0L);
      if (at.address() == -1) {
        throw new KvmFailure("mmap of " + size + " bytes", errno());
      }
      return at.reinterpret(size);
    } catch (KvmFailure e) {
      throw e;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void unmap(MemorySegment segment) {
    try {
      int ignored = (int) MUNMAP.invokeExact(CALL_STATE.get(), segment, segment.byteSize());
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** The calling thread's kernel id. */
  static int threadId() {
    return (int) syscall(SYS_GETTID, 0, 0, 0);
  }

  /** Sends {@link #KICK_SIGNAL} to a thread of this process. */
  static void kick(int threadId) {
    syscall(SYS_TGKILL, ProcessHandle.current().pid(), threadId, KICK_SIGNAL);
  }

  private static long syscall(long number, long a, long b, long c) {
    try {
      return (long) SYSCALL.invokeExact(CALL_STATE.get(), number, a, b, c);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Blocks {@link #KICK_SIGNAL} in the calling thread. */
  static void blockKick() {
    try (Arena arena = Arena.ofConfined()) {
      int ignored =
          (int) SIGMASK.invokeExact(CALL_STATE.get(), 0, kickSet(arena, 128), MemorySegment.NULL);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Takes kicks that are pending in the calling thread. */
  static void consumeKicks() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = kickSet(arena, 128);
      MemorySegment zero = arena.allocate(16);
      int taken;
      do {
        taken = (int) SIGTIMEDWAIT.invokeExact(CALL_STATE.get(), set, MemorySegment.NULL, zero);
      } while (taken > 0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static MemorySegment kickSet(Arena arena, long size) {
    MemorySegment set = arena.allocate(size, 8);
    set.set(ValueLayout.JAVA_LONG, 0, 1L << (KICK_SIGNAL - 1));
    return set;
  }

  private static IllegalStateException unexpected(Throwable t) {
    return new IllegalStateException("a system call could not be made: " + t, t);
  }
}
