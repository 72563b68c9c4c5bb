package dev.culvert.kit.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads lines such as {@code // RFC: 9293 3.10.7.4 MUST-13 MUST-58, 7323 5.3 9} from the heads of packet scripts: number,
 * section, requirements.
 */
final class ScriptHeaders {
    private static final Path SCRIPTS = Path.of("culvert-kit/src/test/resources/pkt");
    private static final Pattern HEADER = Pattern.compile("\\s*(?://|#)\\s*RFC:\\s*(.*)");
    private static final Pattern LABEL = Pattern.compile("(MUST|SHLD|REC|MAY)-\\d+");

    private ScriptHeaders() {}

    /** What the scripts of the project claim; {@code expectedFailures} prove nothing. */
    static List<Proof> read(final Path root, final List<String> expectedFailures) throws IOException {
        final List<Proof> proofs = new ArrayList<>();
        final Path scripts = root.resolve(SCRIPTS);
        if (!Files.isDirectory(scripts)) {
            return proofs;
        }
        try (Stream<Path> files = Files.walk(scripts)) {
            for (final Path file :
                    files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList()) {
                final String name = scripts.relativize(file).toString();
                if (!expectedFailures.contains(name)) {
                    proofs.addAll(parse(name, root.relativize(file).toString(), Files.readAllLines(file)));
                }
            }
        }
        return proofs;
    }

    static List<Proof> parse(final String name, final String path, final List<String> lines) {
        final List<Proof> proofs = new ArrayList<>();
        lines.stream()
                .map(HEADER::matcher)
                .filter(matcher -> matcher.matches())
                .flatMap(matcher -> Arrays.stream(matcher.group(1).split("[,;]", -1)))
                .map(claim -> claim.trim().split("\\s+", -1))
                .forEach(words -> claim(words, name, path, proofs));
        return proofs;
    }

    private static void claim(final String[] words, final String name, final String path, final List<Proof> proofs) {
        final int rfc = Integer.parseInt(words[0]);
        final boolean hasSection = words.length > 1 && !LABEL.matcher(words[1]).matches();
        final String section = hasSection ? words[1] : "";
        final int firstId = hasSection ? 2 : 1;
        if (words.length == firstId) {
            proofs.add(new Proof(rfc, "", section, name, path));
        }
        for (int i = firstId; i < words.length; i++) {
            proofs.add(new Proof(rfc, words[i], section, name, path));
        }
    }
}
