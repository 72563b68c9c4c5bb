package dev.culvert.shim;

import java.nio.file.Path;
import java.util.Optional;

/** The shim's functions, where the shim was built for this machine. Any thread. */
public final class NativeShim {
    private NativeShim() {}

    /** The shim; empty when it is absent, has another ABI number, or the system property {@code culvert.shim} is {@code off}. */
    public static Optional<NativeShim> load() {
        return Optional.empty();
    }

    /** One line on where the shim is or why it is not used. */
    public static String status() {
        return "absent";
    }

    /** Writes the program that opens descriptors inside a namespace to a new temporary file; empty when it is absent. */
    public static Optional<Path> extractHelper() {
        return Optional.empty();
    }

    /**
     * Reads packets until there are no more: packet {@code i} to {@code slots + i * stride}, its length as a 32-bit integer
     * to {@code lengths + 4 * i}.
     *
     * @return how many were read, at most {@code limit}; a negated error number when the first read failed
     */
    public int readBatch(
            final int fd,
            final long slots,
            final long stride,
            final int slotSize,
            final long lengths,
            final int limit) {
        return 0;
    }

    /** writev(2), repeated when interrupted; the number of bytes or a negated error number. */
    public int writeVec(final int fd, final long iov, final int count) {
        return 0;
    }
}
