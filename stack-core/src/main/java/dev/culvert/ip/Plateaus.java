package dev.culvert.ip;

/** The table of likely MTUs of RFC 1191 §7.1. */
final class Plateaus {
    private static final int[] MTU = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296};
    private static final int LEAST = 68;

    private Plateaus() {}

    /** The largest plateau below this packet length. */
    static int below(final int packetLength) {
        for (final int mtu : MTU) {
            if (mtu < packetLength) {
                return mtu;
            }
        }
        return LEAST;
    }
}
