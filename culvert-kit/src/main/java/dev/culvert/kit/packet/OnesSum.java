package dev.culvert.kit.packet;

/** The Internet checksum of RFC 1071, the slow and obvious way. */
public final class OnesSum {
    private OnesSum() {}

    /** Sum of 16-bit words, an odd byte padded with zero, folded. */
    public static int of(final byte[] bytes, final int from, final int length, final int start) {
        long sum = start;
        for (int i = 0; i < length; i += 2) {
            final int high = bytes[from + i] & 0xff;
            final int low = i + 1 < length ? bytes[from + i + 1] & 0xff : 0;
            sum += high << 8 | low;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /** The pseudo-header of RFC 9293 §3.1: addresses, protocol, length. */
    public static int pseudoHeader(final Endpoints ends, final int protocol, final int length) {
        final byte[] source = ends.source().toBytes();
        final byte[] destination = ends.destination().toBytes();
        int sum = of(source, 0, source.length, protocol);
        sum = of(destination, 0, destination.length, sum);
        return of(new byte[] {(byte) (length >>> 8), (byte) length}, 0, 2, sum);
    }
}
