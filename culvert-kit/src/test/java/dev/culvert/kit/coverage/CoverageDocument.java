package dev.culvert.kit.coverage;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes {@code docs/rfc-coverage.md}; the same coverage gives the same text. */
final class CoverageDocument {
    private final Coverage coverage;
    private final StringBuilder text = new StringBuilder();

    private CoverageDocument(final Coverage coverage) {
        this.coverage = coverage;
    }

    static String of(final Coverage coverage) {
        final CoverageDocument document = new CoverageDocument(coverage);
        document.head();
        coverage.catalogue().groups().forEach(document::group);
        document.sections();
        document.files();
        return document.text.toString();
    }

    private void head() {
        text.append("# What the RFCs ask for, and what proves it\n\n")
                .append(
                        "Generated from `@Rfc` on the tests and `// RFC:` in packet scripts; `tools/update-docs` writes it anew.\n")
                .append(
                        "The build fails when this file is out of date, when a MUST has neither test nor decision, when any\n")
                .append(
                        "other line has neither of them nor a plan, and when a test names a requirement that does not exist.\n\n")
                .append("| | proven by test | decided | planned |\n|---|---|---|---|\n");
        for (final RequirementGroup group : coverage.catalogue().groups()) {
            final List<Requirement> all = group.requirements();
            text.append("| ").append(group.heading()).append(" | ");
            text.append(all.stream()
                            .filter(requirement -> isProven(group, requirement))
                            .count())
                    .append(" | ");
            text.append(all.stream()
                            .filter(requirement -> !isProven(group, requirement)
                                    && coverage.decision(group, requirement).isPresent())
                            .count())
                    .append(" | ");
            text.append(all.stream()
                            .filter(requirement ->
                                    coverage.plan(group, requirement).isPresent())
                            .count())
                    .append(" |\n");
        }
    }

    private boolean isProven(final RequirementGroup group, final Requirement requirement) {
        return !coverage.proofs(group, requirement).isEmpty();
    }

    private void group(final RequirementGroup group) {
        text.append("\n## ").append(group.heading()).append("\n\n| | asked | § | answered by |\n|---|---|---|---|\n");
        for (final Requirement requirement : group.requirements()) {
            text.append("| ").append(requirement.id());
            text.append(" | ").append(requirement.text());
            text.append(" | ").append(requirement.section());
            text.append(" | ").append(answer(group, requirement)).append(" |\n");
        }
    }

    private String answer(final RequirementGroup group, final Requirement requirement) {
        final String tests = TestNames.list(coverage.proofs(group, requirement).stream()
                .map(Proof::test)
                .distinct()
                .toList());
        final String decision = coverage.decision(group, requirement)
                .map(CoverageDocument::decided)
                .orElse("");
        final String plan = coverage.plan(group, requirement)
                .map(answer -> "planned: " + answer.text())
                .orElse("");
        return List.of(tests, decision, plan).stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String decided(final Answer answer) {
        final String link = answer.adr().isEmpty()
                ? ""
                : " ([ADR " + Integer.parseInt(answer.adr().substring(0, 4)) + "](adr/" + answer.adr() + "))";
        return "decided: " + answer.text() + link;
    }

    private void sections() {
        final SortedMap<String, SortedSet<String>> tests = new TreeMap<>();
        for (final Proof proof : coverage.proofs()) {
            if (proof.id().isEmpty()) {
                final String where = proof.rfc() + (proof.section().isEmpty() ? "" : " §" + proof.section());
                tests.computeIfAbsent(where, key -> new TreeSet<>()).add(proof.test());
            }
        }
        text.append("\n## More tests, by section\n\n| RFC | tests |\n|---|---|\n");
        tests.forEach((where, names) -> text.append("| ")
                .append(where)
                .append(" | ")
                .append(TestNames.list(names))
                .append(" |\n"));
    }

    private void files() {
        final SortedMap<String, String> paths = new TreeMap<>();
        for (final Proof proof : coverage.proofs()) {
            if (proof.path().endsWith(".java")) {
                paths.put(proof.test().replaceAll("\\..*", ""), proof.path());
            }
        }
        text.append("\n## Where the tests are\n\n");
        paths.forEach((name, path) ->
                text.append("- [").append(name).append("](../").append(path).append(")\n"));
        text.append("- packet scripts: `culvert-kit/src/test/resources/pkt`\n");
    }
}
