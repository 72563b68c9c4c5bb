package dev.culvert.kit.lab;

import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Play;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A scenario that was played, as files: a page in Markdown and its pictures. */
public final class LabPage {
    private final LabScenario scenario;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    private LabPage(final LabScenario scenario) {
        this.scenario = scenario;
    }

    /** Plays a scenario under every policy that it compares; the files by their names, the page first. */
    public static Map<String, String> of(final LabScenario scenario) {
        return new LabPage(scenario).write();
    }

    /** Only the diagrams of a scenario, under one policy; null: the default of each act. */
    public static List<String> pictures(final LabScenario scenario, final Policy preset) {
        return scenario.acts().stream()
                .map(act -> DiagramSvg.of((preset == null ? act.play() : act.play(preset)).diagram()))
                .toList();
    }

    /** The page that leads to those of all scenarios. */
    public static String index(final List<LabScenario> scenarios) {
        final StringBuilder text = new StringBuilder("""
                # The TIME-WAIT laboratory

                Situations that people really meet, played by Culvert's own stack under virtual time. Each page shows the packets and
                the states of both ends, says which rule decided, and what other policies would have done: the settings of other
                systems, on this stack. Sequence numbers and timestamps count from the first ones of their 4-tuple; one way takes
                10 ms.

                `culvert lab NAME` plays one in the terminal, `--preset` under another policy. These pages are generated;
                `tools/update-docs` writes them anew.

                |  | scenario | what happens |
                |---|---|---|
                """);
        for (final LabScenario one : scenarios) {
            text.append("| ")
                    .append(one.id())
                    .append(" | [")
                    .append(one.name())
                    .append("](")
                    .append(one.name());
            text.append(".md) | ").append(one.title()).append(" |\n");
        }
        text.append("\n## Policies\n");
        table(text, "name", "what it does");
        for (final Policy policy : Policy.all()) {
            row(text, "`" + policy.name() + "`", policy.meaning());
        }
        return text.toString();
    }

    private Map<String, String> write() {
        files.put(scenario.name() + ".md", "");
        text.append("# ")
                .append(scenario.id())
                .append(' ')
                .append(scenario.name())
                .append("\n**");
        text.append(scenario.title())
                .append(".**\n\n")
                .append(scenario.situation())
                .append('\n');
        for (int i = 0; i < scenario.acts().size(); i++) {
            act(i, scenario.acts().get(i));
        }
        for (int i = 0; i < scenario.charts().size(); i++) {
            chart(i, scenario.charts().get(i));
        }
        text.append("\n[All scenarios](README.md) · `culvert lab ")
                .append(scenario.name())
                .append("`\n");
        files.put(scenario.name() + ".md", text.toString());
        return files;
    }

    private void act(final int index, final Act act) {
        final Play play = act.play();
        if (!act.title().isEmpty()) {
            text.append("\n## ").append(act.title()).append('\n');
        }
        picture(scenario.name() + "-" + (index + 1) + ".svg", "sequence diagram", DiagramSvg.of(play.diagram()));
        text.append("\n<details><summary>as text</summary>\n\n```\n").append(DiagramText.of(play.diagram()));
        text.append("```\n</details>\n\n**What happens:** ")
                .append(play.ending().outcome());
        text.append(".\n**What decides:** ").append(play.ending().rule()).append(".\n");
        if (act.policies().size() > 1) {
            text.append('\n');
            table(text, "policy", "what happens", "what decides");
            for (final Policy policy : act.policies()) {
                final Play other = policy.equals(play.policy()) ? play : act.play(policy);
                row(
                        text,
                        "`" + policy.name() + "`: " + policy.meaning(),
                        other.ending().outcome(),
                        other.ending().rule());
            }
        }
    }

    private void chart(final int index, final Supplier<Chart> measurement) {
        final Chart chart = measurement.get();
        text.append("\n## ").append(chart.title()).append('\n');
        picture(scenario.name() + "-chart-" + (index + 1) + ".svg", chart.title(), ChartSvg.of(chart));
        text.append('\n')
                .append(ChartText.of(chart))
                .append('\n')
                .append(chart.remark())
                .append('\n');
    }

    private void picture(final String file, final String words, final String svg) {
        files.put(file, svg);
        text.append("\n![").append(words).append("](").append(file).append(")\n");
    }

    private static void table(final StringBuilder text, final String... names) {
        row(text, names);
        text.append("|---".repeat(names.length)).append("|\n");
    }

    private static void row(final StringBuilder text, final String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
