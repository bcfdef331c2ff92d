package dev.ringside.vmm.boot;

/** Why a file cannot be booted, and what a person can do about it. */
public sealed interface ImageProblem {
  /** One line, without the file's name. */
  String message();

  /** The file cannot be read at all. */
  record Unreadable(String reason) implements ImageProblem {
    @Override
    public String message() {
      return "cannot be read: " + reason;
    }
  }

  /** No bytes in it. */
  record Empty() implements ImageProblem {
    @Override
    public String message() {
      return "is empty; give a kernel image or a boot sector";
    }
  }

  /** No format that this machine boots. */
  record NotRecognised() implements ImageProblem {
    @Override
    public String message() {
      return "is not a guest we understand; give a bzImage, a Multiboot 1 kernel, an x86 ELF"
          + " executable or a boot sector that ends in 55 AA";
    }
  }

  /** The file ends before something that it announces. */
  record Truncated(String what, long needed, long size) implements ImageProblem {
    @Override
    public String message() {
      return String.format(
          "is truncated: %s needs %d bytes, the file has %d; copy or build it again",
          what, needed, size);
    }
  }

  /** Built for another processor. */
  record WrongArchitecture(String machine) implements ImageProblem {
    @Override
    public String message() {
      return "is built for " + machine + "; build it for x86 (i386 or x86-64)";
    }
  }

  /** A relocatable object, a core dump or the like. */
  record NotExecutable(String type) implements ImageProblem {
    @Override
    public String message() {
      return "is " + type + ", not an executable; link it at a fixed address (ET_EXEC)";
    }
  }

  /** An ELF file with nothing to load. */
  record NothingToLoad() implements ImageProblem {
    @Override
    public String message() {
      return "has no loadable segment; link it with its code in a PT_LOAD segment";
    }
  }

  /** Part of it belongs where there is no RAM. */
  record OutsideMemory(String what, long first, long last, long ramEnd) implements ImageProblem {
    @Override
    public String message() {
      return String.format(
          "%s at 0x%x to 0x%x is not in guest RAM (0x0 to 0x%x, without 0xa0000 to 0xbffff and the"
              + " hole from 3 to 4 GiB); give more --memory or link it lower",
          what, first, last, ramEnd - 1);
    }
  }

  /** Two things want the same memory. */
  record Overlap(String what, String other, long first, long last) implements ImageProblem {
    @Override
    public String message() {
      return String.format(
          "%s at 0x%x to 0x%x overlaps %s; link it elsewhere", what, first, last, other);
    }
  }

  /** No free RAM is left for something. */
  record NoRoom(String what, long size) implements ImageProblem {
    @Override
    public String message() {
      return String.format("leaves no room for %s of %d bytes; give more --memory", what, size);
    }
  }

  /** A recognised format in a form that is not supported, or that contradicts itself. */
  record Unsupported(String what, String advice) implements ImageProblem {
    @Override
    public String message() {
      return what + "; " + advice;
    }
  }
}
