package dev.culvert.kit.packet;

import java.util.ArrayList;
import java.util.List;

/**
 * A TCP segment as a packet script writes it: every field may be left open. A segment to inject gets defaults for open
 * fields; a segment that is expected is compared in the fields that are set. The setters change this object and return it.
 *
 * <p>It is written and read by a codec of its own ({@link PacketEncoder}, {@link PacketDecoder}), not by the stack's: the
 * judge must not use the accused's eyes.
 */
public final class Segment {
    /** Control bits, RFC 9293 §3.1. */
    public static final int FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32, ECE = 64, CWR = 128;

    /** One SACK block or gap: [left, right). */
    public record Block(int left, int right) {}

    /** Control bits that are set. */
    public int flags;
    /** Control bits that are compared; PSH only when a script names it. */
    public int flagMask = FIN | SYN | RST | ACK | URG | ECE | CWR;
    /** SEG.SEQ; null: open. */
    public Integer seq;
    /** SEG.ACK; null: open. */
    public Integer ack;
    /** The window field, unscaled; null: open. */
    public Integer win;
    /** The urgent pointer; null: open. */
    public Integer urgent;
    /** Bytes of text; null: open. */
    public Integer len;
    /** Maximum segment size option; null: open, −1: must be absent. */
    public Integer mss;
    /** Window scale option; null: open, −1: must be absent. */
    public Integer wscale;
    /** SACK-permitted option; null: open. */
    public Boolean sackOk;
    /** Whether a timestamps option is there; null: open. */
    public Boolean ts;
    /** TSval; null: open. */
    public Integer tsVal;
    /** TSecr; null: open. */
    public Integer tsEcr;
    /** SACK blocks; null: open, empty: must be absent. */
    public List<Block> sack;
    /** The option bytes as they stand on the wire, in packet-script words; null: open. */
    public String optionText;
    /** Raw option bytes to inject instead of those that the fields call for, padded to 4; null: none. */
    public byte[] rawOptions;
    /** The text itself; null: open (a script fills in its pattern). */
    public byte[] text;
    /** TTL or hop limit; null: open. */
    public Integer ttl;
    /** Type of service or traffic class; null: open. */
    public Integer tos;
    /** IPv4 DF; null: open. */
    public Boolean dontFragment;
    /** Whether SEG.SEQ and SEG.ACK are meant as they stand on the wire, not relative to the initial numbers. */
    public boolean absolute;
    /** Set to inject a segment whose TCP checksum is wrong. */
    public boolean badChecksum;
    /** Data offset in 32-bit words to inject instead of the right one; null: the right one. */
    public Integer dataOffset;

    /** A segment with these control bits. */
    public static Segment of(final int flags) {
        final Segment segment = new Segment();
        segment.flags = flags;
        return segment;
    }

    /** Whether one of these control bits is set. */
    public boolean has(final int flag) {
        return (flags & flag) != 0;
    }

    /** SEG.LEN of RFC 9293 §3.4: text plus one each for SYN and FIN. */
    public int segLen() {
        return (len == null ? 0 : len) + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /** Whether a SYN-ACK acknowledges this SYN: its number, and perhaps text of it. */
    public static boolean answers(final Segment synAck, final Segment syn) {
        final int acknowledged = synAck.ack - syn.seq;
        return acknowledged >= 1 && acknowledged <= syn.segLen();
    }

    /** Sets SEG.SEQ. */
    public Segment seq(final int value) {
        seq = value;
        return this;
    }

    /** Sets SEG.ACK and the ACK bit. */
    public Segment ack(final int value) {
        ack = value;
        flags |= ACK;
        return this;
    }

    /** Means SEG.SEQ and SEG.ACK as they stand on the wire: a RST to a stranger has sequence number 0, whoever counts. */
    public Segment absolute() {
        absolute = true;
        return this;
    }

    /** Sets the window field. */
    public Segment win(final int value) {
        win = value;
        return this;
    }

    /** Sets the length of the text. */
    public Segment len(final int value) {
        len = value;
        return this;
    }

    /** Sets URG and the urgent pointer. */
    public Segment urg(final int pointer) {
        urgent = pointer;
        flags |= URG;
        return this;
    }

    /** Sets PSH, or expects it. */
    public Segment psh() {
        flags |= PSH;
        flagMask |= PSH;
        return this;
    }

    /** Expects that PSH is not set. */
    public Segment noPsh() {
        flags &= ~PSH;
        flagMask |= PSH;
        return this;
    }

    /** Adds FIN. */
    public Segment withFin() {
        flags |= FIN;
        return this;
    }

    /** Adds SYN. */
    public Segment withSyn() {
        flags |= SYN;
        return this;
    }

    /** Sets the MSS option; −1 expects that there is none. */
    public Segment mss(final int value) {
        mss = value;
        return this;
    }

    /** Sets the window scale option; −1 expects that there is none. */
    public Segment wscale(final int value) {
        wscale = value;
        return this;
    }

    /** Sets SACK-permitted. */
    public Segment sackOk() {
        sackOk = true;
        return this;
    }

    /** Expects that SACK-permitted is absent. */
    public Segment noSackOk() {
        sackOk = false;
        return this;
    }

    /** Sets the timestamps option. */
    public Segment ts(final int val, final int ecr) {
        ts = true;
        tsVal = val;
        tsEcr = ecr;
        return this;
    }

    /** Expects a timestamps option that echoes this. */
    public Segment tsEcr(final int ecr) {
        ts = true;
        tsEcr = ecr;
        return this;
    }

    /** Sends, or expects, no timestamps option. */
    public Segment noTs() {
        ts = false;
        return this;
    }

    /** Adds a SACK block. */
    public Segment sack(final int left, final int right) {
        if (sack == null) {
            sack = new ArrayList<>();
        }
        sack.add(new Block(left, right));
        return this;
    }

    /** Expects that there is no SACK block. */
    public Segment noSack() {
        sack = new ArrayList<>();
        return this;
    }

    /** Expects exactly these options, in the words and the order of packet scripts: {@code mss 1460,sackOK,nop,wscale 7}. */
    public Segment options(final String words) {
        optionText = words;
        return this;
    }

    /** Injects these option bytes instead. */
    public Segment rawOptions(final int... bytes) {
        rawOptions = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            rawOptions[i] = (byte) bytes[i];
        }
        return this;
    }

    /** Sets the text. */
    public Segment text(final byte[] bytes) {
        text = bytes.clone();
        len = bytes.length;
        return this;
    }

    /** Sets TTL or hop limit. */
    public Segment ttl(final int value) {
        ttl = value;
        return this;
    }

    /** Sets type of service or traffic class. */
    public Segment tos(final int value) {
        tos = value;
        return this;
    }

    /** Expects this value of the DF bit. */
    public Segment dontFragment(final boolean value) {
        dontFragment = value;
        return this;
    }

    /** Makes the checksum wrong. */
    public Segment badChecksum() {
        badChecksum = true;
        return this;
    }

    /** Lies about the length of the header. */
    public Segment dataOffset(final int words) {
        dataOffset = words;
        return this;
    }

    @Override
    public String toString() {
        return SegmentText.of(this, 0, 0);
    }
}
