package dev.culvert.shim;

import java.nio.file.Path;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.IgnoreError;

/**
 * The shim's functions, where the shim was built for this machine; everything that it does has a way through {@link LibC},
 * too. Any thread.
 */
public final class NativeShim {
    /** What {@code culvert_abi()} must return. */
    public static final int ABI = 2;

    /** The system property that keeps the shim out when it is {@code off}. */
    public static final String SWITCH = "culvert.shim";

    private static final String LIBRARY = "libculvert.so";
    private static final String HELPER = "culvert-ns-helper";

    private final Functions functions;

    private NativeShim(final Functions functions) {
        this.functions = functions;
    }

    /**
     * The C functions themselves; public because the generated class lives in another class loader. None has more than four
     * arguments: jnr-ffi mixes up those that go over the stack when they are of different sizes.
     */
    public interface Functions {
        @IgnoreError
        int culvert_abi();

        @IgnoreError
        int culvert_read_batch(int fd, long batch, int limit);

        @IgnoreError
        int culvert_write(int fd, long address, long length);

        @IgnoreError
        int culvert_write_vec(int fd, long iov, int count);
    }

    /** Loads the library once, when it is first asked for. */
    private static final class Loaded {
        private static final NativeShim SHIM;
        private static final String STATUS;

        static {
            NativeShim shim = null;
            String status;
            try {
                shim = open();
                status = "loaded, ABI " + ABI;
            } catch (ShimException | UnsatisfiedLinkError e) {
                status = e.getMessage();
            }
            SHIM = shim;
            STATUS = status;
        }
    }

    private static NativeShim open() {
        if (switchedOff()) {
            throw new ShimException("switched off by -D" + SWITCH + "=off");
        }
        final Path file = NativeResource.extract(LIBRARY, false)
                .orElseThrow(() -> new ShimException("not built for this machine (" + NativeResource.platform() + ")"));
        try {
            final Functions functions =
                    LibraryLoader.create(Functions.class).failImmediately().load(file.toString());
            final int abi = functions.culvert_abi();
            if (abi != ABI) {
                throw new ShimException("has ABI " + abi + ", not " + ABI);
            }
            return new NativeShim(functions);
        } finally {
            NativeResource.delete(file); // the mapping stays
        }
    }

    private static boolean switchedOff() {
        return "off".equals(System.getProperty(SWITCH));
    }

    /** The shim; empty when it is absent, has another ABI number, or the system property {@code culvert.shim} is {@code off}. */
    public static Optional<NativeShim> load() {
        return switchedOff() ? Optional.empty() : Optional.ofNullable(Loaded.SHIM);
    }

    /** A few words: that the shim is loaded, or why not. */
    public static String status() {
        return switchedOff() ? "switched off by -D" + SWITCH + "=off" : Loaded.STATUS;
    }

    /**
     * Writes the program that opens descriptors inside a namespace to a new temporary file, which the caller deletes. Empty
     * when it is absent or switched off.
     */
    public static Optional<Path> extractHelper() {
        try {
            return switchedOff() ? Optional.empty() : NativeResource.extract(HELPER, true);
        } catch (ShimException e) {
            return Optional.empty(); // no place to put it: the caller's other way serves
        }
    }

    /**
     * Reads packets until there are no more or another one might not find room. At {@code batch} lie, as 64-bit numbers: the
     * address and the size of the memory for them, the room that there must be for each, and the power of two that they are
     * aligned to; then room for {@code limit} pairs of 32-bit numbers, the offset in that memory and the length of each.
     *
     * @return how many were read, at most {@code limit}; a negated error number when the first read failed
     */
    public int readBatch(final int fd, final long batch, final int limit) {
        return functions.culvert_read_batch(fd, batch, limit);
    }

    /** write(2), repeated when interrupted; the number of bytes or a negated error number. */
    public int write(final int fd, final long address, final int length) {
        return functions.culvert_write(fd, address, length);
    }

    /** writev(2), repeated when interrupted; the number of bytes or a negated error number. */
    public int writeVec(final int fd, final long iov, final int count) {
        return functions.culvert_write_vec(fd, iov, count);
    }
}
