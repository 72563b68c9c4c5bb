package dev.culvert.kit.plot;

import java.util.ArrayList;
import java.util.List;

/** All that one end of a connection has sent, and what it was told of that. Sequence numbers are bytes of the stream. */
public final class FlowRecord {
    /** A range that was sent or, as a SACK block, reported. */
    public record Range(long timeNs, long from, long to) {}

    private final String name;
    private final List<Range> sent = new ArrayList<>();
    private final List<Range> resent = new ArrayList<>();
    private final List<Range> sacked = new ArrayList<>();
    private final List<FlowSample> samples = new ArrayList<>();
    private long bytes;

    FlowRecord(final String name) {
        this.name = name;
    }

    void sent(final long nowNs, final long from, final long to, final boolean again) {
        (again ? resent : sent).add(new Range(nowNs, from, to));
        bytes = Math.max(bytes, to);
    }

    void sacked(final long nowNs, final long left, final long right) {
        sacked.add(new Range(nowNs, left, right));
    }

    void sample(final FlowSample sample) {
        samples.add(sample);
    }

    /** Ranges and samples that it holds. */
    int events() {
        return sent.size() + resent.size() + sacked.size() + samples.size();
    }

    /** Stack and both ends, as {@code a 10.83.0.2:40000 > 10.83.0.3:5001}. */
    public String name() {
        return name;
    }

    /** Bytes sent, each once. */
    public long bytes() {
        return bytes;
    }

    /** What was sent for the first time, in the order of time. */
    public List<Range> sent() {
        return sent;
    }

    /** What was sent again, in the order of time. */
    public List<Range> resent() {
        return resent;
    }

    /** SACK blocks that came, in the order of time. */
    public List<Range> sacked() {
        return sacked;
    }

    /** A sample per acknowledgement, in the order of time. */
    public List<FlowSample> samples() {
        return samples;
    }
}
