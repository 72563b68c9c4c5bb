package dev.culvert.fuzz;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packetdrill.PacketScripts;
import dev.culvert.kit.packetdrill.ScriptOptions;
import dev.culvert.kit.scenario.BuiltInScenarios;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where the fuzzers begin: the packet scripts of the kit, and what came and went on the wire when they were played; the
 * built-in scenarios. Made anew for every run, so that a new script is a new seed.
 */
final class Seeds {
    private static final byte REPAIRED = 1;

    private Seeds() {}

    /** The scripts themselves. */
    static Stream<byte[]> scripts() {
        return files().stream().map(Seeds::bytes);
    }

    /** The built-in scenarios. */
    static Stream<byte[]> scenarios() {
        return BuiltInScenarios.names().stream()
                .map(name -> BuiltInScenarios.text(name).getBytes(StandardCharsets.UTF_8));
    }

    /** One packet of each kind. */
    static Stream<byte[]> packets() {
        return kinds().values().stream().map(packet -> join(new byte[] {REPAIRED, 0}, packet));
    }

    /** Each of them as a super-segment with segments of 256 bytes. */
    static Stream<byte[]> superSegments() {
        final byte[] longer = {REPAIRED | 3 << 1};
        final byte[] header = {1, 1, 0, 1, 0, 20, 16};
        return kinds().values().stream().map(packet -> join(longer, header, packet));
    }

    /** Each combination of TCP options once. */
    static Stream<byte[]> options() {
        final Map<String, byte[]> seeds = new LinkedHashMap<>();
        kinds().values().stream()
                .filter(PacketDecoder::isTcp)
                .map(Seeds::optionsOf)
                .forEach(options -> {
                    seeds.putIfAbsent(Arrays.toString(options), join(new byte[1], options));
                });
        return seeds.values().stream();
    }

    /** What a script does, as far as the target's operations can say it. */
    static Stream<byte[]> segments() {
        return files().stream()
                .map(file -> PacketScripts.run(file, ScriptOptions.ipv4()))
                .map(OperationWriter::of);
    }

    /** A packet in three fragments: in order, from the end, with a hole, with an overlap; each over IPv4 and IPv6. */
    static Stream<byte[]> fragments() {
        final byte[] first = {2, 0, 8};
        final byte[] second = {2, 8, 7};
        final byte[] last = {0, 15, 5};
        final byte[] overlap = {2, 7, 8};
        final byte[] seconds = {(byte) 0xf0, 110};
        return Stream.of(
                        join(first, second, last),
                        join(last, second, first),
                        join(first, seconds, last),
                        join(first, overlap, last))
                .flatMap(seed -> Stream.of(seed, overIpv6(seed)));
    }

    private static byte[] overIpv6(final byte[] seed) {
        final byte[] changed = seed.clone();
        for (int at = 0; at < seed.length; at += (seed[at] & 0xff) < 0xf0 ? 3 : 2) {
            changed[at] |= (byte) ((seed[at] & 0xff) < 0xf0 ? 1 : 0);
        }
        return changed;
    }

    private static List<Path> files() {
        try {
            return PacketScripts.find(Path.of(Seeds.class.getResource("/pkt").toURI()));
        } catch (final URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] bytes(final Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The first packet of each header shape, by protocol, control bits, option kinds and whether there is text. */
    private static Map<String, byte[]> kinds() {
        final Map<String, byte[]> kinds = new LinkedHashMap<>();
        for (final Path file : files()) {
            for (final byte[] packet :
                    PacketScripts.run(file, ScriptOptions.ipv4()).packets()) {
                kinds.putIfAbsent(kind(packet), packet);
            }
        }
        return kinds;
    }

    private static String kind(final byte[] packet) {
        final int at = transport(packet);
        final String outer = (packet[0] >>> 4) + " " + PacketDecoder.protocol(packet) + " ";
        if (!PacketDecoder.isTcp(packet) || packet.length < at + 20) {
            return outer + packet[at];
        }
        final byte[] options = optionsOf(packet);
        return outer + packet[at + 13] + " " + options.length + " " + (options.length > 0 ? options[0] : 0) + " "
                + (packet.length > at + 20 + options.length);
    }

    private static byte[] optionsOf(final byte[] packet) {
        final int at = transport(packet);
        final int header = (packet[at + 12] & 0xf0) >>> 2;
        return Arrays.copyOfRange(packet, at + 20, Math.max(at + 20, Math.min(at + header, packet.length)));
    }

    private static int transport(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? (packet[0] & 15) * 4 : 40;
    }

    private static byte[] join(final byte[]... parts) {
        final byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (final byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
