package dev.culvert.kit.packetdrill;

import java.util.List;

/**
 * How a script went.
 *
 * @param name as the caller named it
 * @param passed whether everything happened as the script says
 * @param report for people: what was expected where, what came, and what happened around it; empty where it passed
 * @param transcript everything that happened, one line each, in a script's words with seconds in front
 * @param packets every packet of both sides as it stood on the wire
 * @param packetsOut which of them the stack under test sent
 * @param packetTimesUs when, in µs since the start of the script
 * @param unread what the stack had sent by the end and no line of the script waited for
 */
public record ScriptResult(
        String name,
        boolean passed,
        String report,
        List<String> transcript,
        List<byte[]> packets,
        List<Boolean> packetsOut,
        List<Long> packetTimesUs,
        List<String> unread) {}
