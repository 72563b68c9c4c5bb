package dev.culvert.kit.packetdrill;

import java.util.List;
import java.util.Map;

/**
 * A script that has been read.
 *
 * @param name as messages show it
 * @param lines its text
 * @param options the lines that start with {@code --}, first to last
 * @param initEvent command before the first event; null: none
 * @param cleanupEvent command after the last one; null: none
 */
record PacketScript(
        String name,
        List<String> lines,
        List<Map.Entry<String, String>> options,
        Event initEvent,
        List<Event> events,
        Event cleanupEvent) {

    /** A line of the text, from 1, without blanks around it. */
    String line(final int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1).strip() : "";
    }
}
