package dev.culvert.kit.coverage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Requirements joined with what answers them.
 *
 * @param catalogue what is asked
 * @param proofs tests
 * @param decisions decisions
 * @param planned areas of work to come
 */
record Coverage(Catalogue catalogue, List<Proof> proofs, List<Answer> decisions, List<Answer> planned) {
    /** The tests that prove a requirement, by name. */
    List<Proof> proofs(final RequirementGroup group, final Requirement requirement) {
        return proofs.stream()
                .filter(proof ->
                        group.rfcs().contains(proof.rfc()) && proof.id().equals(requirement.id()))
                .sorted(Comparator.comparing(Proof::test))
                .toList();
    }

    Optional<Answer> decision(final RequirementGroup group, final Requirement requirement) {
        return answer(decisions, group, requirement);
    }

    Optional<Answer> plan(final RequirementGroup group, final Requirement requirement) {
        return answer(planned, group, requirement);
    }

    private static Optional<Answer> answer(
            final List<Answer> answers, final RequirementGroup group, final Requirement requirement) {
        return answers.stream()
                .filter(answer -> group.rfcs().contains(answer.rfc())
                        && (answer.id().equals(requirement.id()) || answer.id().equals("*")))
                .findFirst();
    }

    /** Everything that is wrong, one line each. */
    List<String> problems() {
        final List<String> problems = new ArrayList<>();
        for (final RequirementGroup group : catalogue.groups()) {
            group.requirements().forEach(requirement -> check(group, requirement, problems));
        }
        for (final Proof proof : proofs) {
            if (!proof.id().isEmpty() && catalogue.find(proof.rfc(), proof.id()).isEmpty()) {
                problems.add(
                        proof.test() + " proves " + proof.id() + " of RFC " + proof.rfc() + ", which is not known");
            }
        }
        unknown(decisions, "decided", problems);
        unknown(planned, "planned", problems);
        return problems;
    }

    private void check(final RequirementGroup group, final Requirement requirement, final List<String> problems) {
        final String name = "RFC " + group.number() + " " + requirement.id() + " (" + requirement.text() + ")";
        final boolean proven = !proofs(group, requirement).isEmpty();
        final boolean decided = decision(group, requirement).isPresent();
        final boolean isPlanned = plan(group, requirement).isPresent();
        if (requirement.isMust() && !proven && !decided) {
            problems.add(name + " has neither test nor decision");
        } else if (!proven && !decided && !isPlanned) {
            problems.add(name + " has neither test, decision nor plan");
        } else if (isPlanned && (proven || decided)) {
            problems.add(name + " is answered: take it out of coverage/planned.txt");
        }
    }

    private void unknown(final List<Answer> answers, final String verb, final List<String> problems) {
        for (final Answer answer : answers) {
            final boolean known = answer.id().equals("*")
                    ? catalogue.group(answer.rfc()).isPresent()
                    : catalogue.find(answer.rfc(), answer.id()).isPresent();
            if (!known) {
                problems.add(answer.id() + " of RFC " + answer.rfc() + " is " + verb + ", but not known");
            }
        }
    }
}
