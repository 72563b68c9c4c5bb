package dev.culvert.kit.plot;

import java.util.BitSet;
import java.util.TreeMap;

/** Upright bars, drawn by pixels: however many there are, no place is painted twice. */
final class Bars {
    private final TreeMap<Integer, BitSet> columns = new TreeMap<>();

    /** A bar in column {@code x} between two rows, at least a pixel high. */
    void add(final int x, final int oneY, final int otherY) {
        final int top = Math.max(0, Math.min(oneY, otherY));
        columns.computeIfAbsent(x, column -> new BitSet()).set(top, Math.max(top, Math.max(oneY, otherY)) + 1);
    }

    @Override
    public String toString() {
        final StringBuilder path = new StringBuilder();
        columns.forEach((x, rows) -> {
            for (int top = rows.nextSetBit(0); top >= 0; top = rows.nextSetBit(rows.nextClearBit(top))) {
                path.append('M').append(x).append(' ').append(top).append('V').append(rows.nextClearBit(top));
            }
        });
        return path.toString();
    }
}
