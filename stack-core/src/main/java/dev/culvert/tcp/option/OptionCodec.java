package dev.culvert.tcp.option;

import org.agrona.concurrent.UnsafeBuffer;

/** Reads the value of one kind of option. A malformed value is ignored, as if the option were absent. */
@FunctionalInterface
public interface OptionCodec {
    /** Reads {@code length} bytes of value at {@code offset} into {@code options}. */
    void decode(UnsafeBuffer buffer, int offset, int length, SegmentOptions options);
}
