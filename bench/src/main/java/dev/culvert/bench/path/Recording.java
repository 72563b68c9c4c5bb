package dev.culvert.bench.path;

import dev.culvert.kit.trace.FlowFiles;
import dev.culvert.kit.trace.FlowRecorder;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What is kept of a transfer.
 *
 * @param capture where the packets at the far end's side of the path go; null: nowhere
 * @param flows where it is recorded what Culvert's connection does over time; null: nowhere
 */
record Recording(Path capture, FlowFiles flows) {
    /** Nothing. */
    static final Recording NONE = new Recording(null, null);

    /** Begins to record connections; null: that is not asked for. */
    FlowRecorder begin() throws IOException {
        return flows == null ? null : FlowRecorder.open(flows, System.nanoTime(), System.err::println);
    }
}
