package dev.culvert.kit.posix;

/** The options of one level. */
interface OptionLevel {
    /** The value; null where the level has no such option. A negative errno in {@link Unavailable}. */
    byte[] get(TcpSocket socket, int name);

    /** 0 or an error number; ENOPROTOOPT where the level has no such option. */
    int set(TcpSocket socket, int name, OptionValue value);

    /** An option that exists but has no value now. */
    final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient int errno;

        Unavailable(final int errno) {
            super(LinuxConstants.errorName(errno), null, false, false);
            this.errno = errno;
        }
    }
}
