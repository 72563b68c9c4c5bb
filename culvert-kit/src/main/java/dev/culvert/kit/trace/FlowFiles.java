package dev.culvert.kit.trace;

import java.nio.file.Path;

/**
 * Where it is to be recorded what connections do over time.
 *
 * @param plot a picture, SVG; null: none
 * @param trace a line per acknowledgement, CSV if its name ends so, else JSON; null: none
 * @param title what the picture is called
 */
public record FlowFiles(Path plot, Path trace, String title) {
    /** Whether there is anything to record. */
    public boolean isAny() {
        return plot != null || trace != null;
    }
}
