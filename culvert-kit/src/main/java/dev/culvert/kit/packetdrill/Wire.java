package dev.culvert.kit.packetdrill;

/** Bits and numbers of headers that scripts speak of. */
final class Wire {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;
    static final int ECE = 64;
    static final int CWR = 128;
    /** RFC 9768 §3.1. */
    static final int AE = 256;

    static final int TCP = 6;
    static final int ICMP = 1;
    static final int ICMP_V6 = 58;

    private static final String LETTERS = "SFRPUEWA";
    private static final int[] BITS = {SYN, FIN, RST, PSH, URG, ECE, CWR, AE};

    private Wire() {}

    static int ofAce(final int ace) {
        return ((ace & 1) != 0 ? ECE : 0) | ((ace & 2) != 0 ? CWR : 0) | ((ace & 4) != 0 ? AE : 0);
    }

    static int aceOf(final int flags) {
        return ((flags & ECE) != 0 ? 1 : 0) | ((flags & CWR) != 0 ? 2 : 0) | ((flags & AE) != 0 ? 4 : 0);
    }

    /** As a script writes them. */
    static String letters(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < BITS.length; i++) {
            if ((flags & BITS[i]) != 0) {
                text.append(LETTERS.charAt(i));
            }
        }
        if ((flags & ACK) != 0) {
            text.append('.');
        }
        return text.length() == 0 ? "-" : text.toString();
    }
}
