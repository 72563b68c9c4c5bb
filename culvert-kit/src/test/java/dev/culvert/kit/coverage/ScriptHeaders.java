package dev.culvert.kit.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads lines such as {@code // RFC: 9293 3.10.7.4 MUST-13 MUST-58, 7323 5.3 9} from the heads of packet scripts: number,
 * section, requirements.
 */
final class ScriptHeaders {
    private static final Path SCRIPTS = Path.of("culvert-kit/src/test/resources/pkt");
    private static final Pattern HEADER = Pattern.compile("\\s*(?://|#)\\s*RFC:\\s*(.*)");
    private static final Pattern LABELS = Pattern.compile("(MUST|SHLD|REC|MAY)-(\\d+)(?:(\\.\\.|/)(\\d+))?");
    private static final Pattern SECTION = Pattern.compile("\\d+(?:\\.\\d+)+(?:-\\d+(?:\\.\\d+)+)?");

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
        final boolean hasSection = words.length > 1 && !LABELS.matcher(words[1]).matches();
        final String section = hasSection ? words[1] : "";
        boolean claimsOne = false;
        for (int i = hasSection ? 2 : 1; i < words.length; i++) {
            if (isPlace(words[i]) || isPlace(words[i - 1])) {
                continue;
            }
            for (final String id : ids(words[i])) {
                proofs.add(new Proof(rfc, id, section, name, path));
                claimsOne = true;
            }
        }
        if (!claimsOne) {
            proofs.add(new Proof(rfc, "", section, name, path));
        }
    }

    /** A figure, or the name that RFC 1337 gives its fixes, only says where to look. */
    private static boolean isPlace(final String word) {
        return word.equals("fig") || word.equals("fix");
    }

    /** One requirement, those of {@code MUST-35..37} or {@code SHLD-29/30}, or none where a further section is named. */
    private static List<String> ids(final String word) {
        if (SECTION.matcher(word).matches()) {
            return List.of();
        }
        final Matcher labels = LABELS.matcher(word);
        if (!labels.matches() || labels.group(3) == null) {
            return List.of(word);
        }
        final List<String> ids = new ArrayList<>();
        final int first = Integer.parseInt(labels.group(2));
        final int last = Integer.parseInt(labels.group(4));
        final int step = labels.group(3).equals("/") ? last - first : 1;
        for (int id = first; id <= last; id += step) {
            ids.add(labels.group(1) + "-" + id);
        }
        return ids;
    }
}
