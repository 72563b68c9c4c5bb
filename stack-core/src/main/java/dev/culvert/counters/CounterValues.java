package dev.culvert.counters;

import java.util.List;

/** What was counted, by one shard or by all of them together. Any thread; a value is at most a moment old. */
public interface CounterValues {
    /** The current value. */
    long get(StackCounter counter);

    /** How often this drop happened. */
    long get(DropReason reason);

    /** The sums over several shards, which go on counting. */
    static CounterValues sumOf(final List<? extends CounterValues> parts) {
        final List<CounterValues> all = List.copyOf(parts);
        return new CounterValues() {
            @Override
            public long get(final StackCounter counter) {
                return all.stream().mapToLong(part -> part.get(counter)).sum();
            }

            @Override
            public long get(final DropReason reason) {
                return all.stream().mapToLong(part -> part.get(reason)).sum();
            }
        };
    }
}
