package dev.culvert.tun.netns;

import dev.culvert.shim.LibC;
import dev.culvert.tun.device.DeviceException;

/** A reference to a process out of which descriptors can be duplicated (pidfd_open(2), pidfd_getfd(2)). */
final class Pidfd implements AutoCloseable {
    private final int fd;

    Pidfd(final long pid) {
        fd = LibC.pidfdOpen(pid);
        if (fd < 0) {
            throw problem("pidfd_open", -fd);
        }
    }

    /** Our duplicate of one of its descriptors; -1 when that number is negative. */
    int take(final int descriptor) {
        if (descriptor < 0) {
            return -1;
        }
        final int duplicate = LibC.pidfdGetfd(fd, descriptor);
        if (duplicate < 0) {
            throw problem("pidfd_getfd", -duplicate);
        }
        return duplicate;
    }

    private static DeviceException problem(final String call, final int errno) {
        return Doctor.explain(
                "cannot take the TUN out of the private network (" + call + ": " + LibC.errorText(errno) + ")");
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
