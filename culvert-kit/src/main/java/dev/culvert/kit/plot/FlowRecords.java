package dev.culvert.kit.plot;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects a {@link FlowRecord} of every end of every connection, within limits: where there are more connections, or more has
 * happened, than it may keep, those that have sent least are forgotten down to as many as a picture shows; what happens beyond
 * that is only counted. Single-threaded.
 */
public final class FlowRecords implements FlowListener {
    private static final Comparator<FlowRecord> BY_BYTES = Comparator.comparingLong(FlowRecord::bytes);

    private final Map<FlowEnd, FlowRecord> records = new LinkedHashMap<>();
    private final int mostFlows;
    private final int mostEvents;
    private long events;
    private long leftOut;

    /** Without limits. */
    public FlowRecords() {
        this(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * With limits.
     *
     * @param mostFlows connections, at least {@link FlowPlot#MOST}
     * @param mostEvents ranges and samples of all of them together
     */
    public FlowRecords(final int mostFlows, final int mostEvents) {
        this.mostFlows = mostFlows;
        this.mostEvents = mostEvents;
    }

    /** The record that the next event goes to; null: there is no room for it. */
    private FlowRecord room(final FlowEnd flow) {
        final FlowRecord known = records.get(flow);
        if (known == null && records.size() >= mostFlows) {
            forgetSmallest(null);
        }
        while (events >= mostEvents && records.size() > FlowPlot.MOST) {
            forgetSmallest(known);
        }
        if (events >= mostEvents) {
            leftOut++;
            return null;
        }
        events++;
        return known == null ? begin(flow) : known;
    }

    private FlowRecord begin(final FlowEnd flow) {
        final FlowRecord record = new FlowRecord(flow.name());
        records.put(flow, record);
        return record;
    }

    private void forgetSmallest(final FlowRecord but) {
        final FlowRecord smallest = records.values().stream()
                .filter(record -> record != but)
                .min(BY_BYTES)
                .orElseThrow();
        records.values().remove(smallest);
        events -= smallest.events();
    }

    @Override
    public void onSent(final FlowEnd flow, final long timeNs, final long from, final long to, final boolean again) {
        final FlowRecord record = room(flow);
        if (record != null) {
            record.sent(timeNs, from, to, again);
        }
    }

    @Override
    public void onAck(final FlowEnd flow, final FlowSample sample) {
        final FlowRecord record = room(flow);
        if (record != null) {
            record.sample(sample);
        }
    }

    @Override
    public void onSack(final FlowEnd flow, final long timeNs, final long left, final long right) {
        final FlowRecord record = room(flow);
        if (record != null) {
            record.sacked(timeNs, left, right);
        }
    }

    /** Ranges and samples that there was no room for. */
    public long leftOut() {
        return leftOut;
    }

    /** Those that have sent most, first; at most so many. */
    public List<FlowRecord> busiest(final int most) {
        return records.values().stream()
                .filter(record -> record.bytes() > 0)
                .sorted(BY_BYTES.reversed())
                .limit(most)
                .toList();
    }
}
