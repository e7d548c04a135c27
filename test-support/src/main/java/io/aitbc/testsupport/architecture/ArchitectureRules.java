package io.aitbc.testsupport.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The rules, by a short name. Each has been seen red on a class made to break it. */
public final class ArchitectureRules {

    private static final String[] MONEY = {"..usage..", "..invoice..", "..pricing..", "..payout.."};
    private static final Set<String> JDBC_TYPES = Set.of(
            "org.springframework.jdbc.core.simple.JdbcClient",
            "org.springframework.jdbc.core.JdbcTemplate",
            "org.springframework.jdbc.core.JdbcOperations",
            "jakarta.persistence.EntityManager",
            "javax.sql.DataSource");

    private ArchitectureRules() {}

    /** All rules. */
    public static Map<String, ArchRule> all() {
        return Map.of(
                "web only in controllers", webOnlyInControllers(),
                "no SQL in controllers", noSqlInControllers(),
                "no clock but the injected one", noOtherClock(),
                "no floating point near money", noFloatingPointNearMoney(),
                "no wait without end", noWaitWithoutEnd(),
                "executors only in configurations", executorsOnlyInConfigurations(),
                "no stream that holds a connection", noStreamThatHoldsAConnection(),
                "no empty names", noEmptyNames());
    }

    /** Controllers translate HTTP; nothing else does. */
    public static ArchRule webOnlyInControllers() {
        return noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Controller")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.springframework.web.bind.annotation")
                        .and(describe("a mapping", type -> type.getSimpleName().endsWith("Mapping"))))
                .because("routes are found where they are looked for: move the mapping into a class named *Controller")
                .allowEmptyShould(true);
    }

    /** A controller asks a repository. */
    public static ArchRule noSqlInControllers() {
        return noClasses()
                .that()
                .haveSimpleNameEndingWith("Controller")
                .and()
                .resideOutsideOfPackage("io.aitbc.service.lifetime")
                .should()
                .dependOnClassesThat(describe("a database access type", t -> JDBC_TYPES.contains(t.getFullName())))
                .because("a controller translates HTTP and nothing else: put the SQL into a repository of its feature")
                .allowEmptyShould(true);
    }

    /** Time is an argument or an injected clock, so that tests travel in it. */
    public static ArchRule noOtherClock() {
        return noClasses()
                .should(call("read the time itself", access -> {
                    String owner = access.getTargetOwner().getFullName();
                    String name = access.getName();
                    boolean now = owner.startsWith("java.time.")
                            && name.equals("now")
                            && access instanceof JavaCall<?> call
                            && call.getTarget().getRawParameterTypes().stream()
                                    .noneMatch(type -> type.getFullName().equals("java.time.Clock"));
                    return now || (owner.equals("java.lang.System") && name.equals("currentTimeMillis"));
                }))
                .because("the clock is injected: take java.time.Clock, or an Instant as an argument")
                .allowEmptyShould(true);
    }

    /** Quantities and amounts are BigDecimal. */
    public static ArchRule noFloatingPointNearMoney() {
        ArchRule noField = fields().that(areDeclaredNearMoney()).should(notBeFloating());
        ArchRule noMethod = methods().that(areDeclaredNearMoneyToo()).should(notReturnFloating());
        return com.tngtech.archunit.lang.CompositeArchRule.of(List.of(
                noField.because("0.1 + 0.2 is a wrong invoice: use BigDecimal").allowEmptyShould(true),
                noMethod.because("0.1 + 0.2 is a wrong invoice: use BigDecimal").allowEmptyShould(true)));
    }

    /** Every wait is bounded. */
    public static ArchRule noWaitWithoutEnd() {
        return noClasses()
                .should(call("wait without end", access -> {
                    boolean future = access.getTargetOwner().isAssignableTo(Future.class);
                    boolean get =
                            access.getName().equals("get") || access.getName().equals("join");
                    return future
                            && get
                            && access instanceof JavaCall<?> call
                            && call.getTarget().getRawParameterTypes().isEmpty();
                }))
                .because("a peer that hangs must not hang us: use get(timeout, unit)")
                .allowEmptyShould(true);
    }

    /** Threads are made where one looks for them. */
    public static ArchRule executorsOnlyInConfigurations() {
        return noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Configuration")
                .should()
                .dependOnClassesThat(are(describe("Executors", type -> type.isEquivalentTo(Executors.class))))
                .because("thread pools are beans: make it in the feature's *Configuration")
                .allowEmptyShould(true);
    }

    /** A stream of rows keeps its connection until somebody closes it, and nobody does. */
    public static ArchRule noStreamThatHoldsAConnection() {
        return noClasses()
                .should(call("stream rows", access -> {
                    String owner = access.getTargetOwner().getFullName();
                    boolean client = owner.startsWith("org.springframework.jdbc.core.simple.JdbcClient")
                            && access.getName().equals("stream");
                    return client
                            || (owner.startsWith("org.springframework.jdbc.core.")
                                    && access.getName().equals("queryForStream"));
                }))
                .because("outside of a transaction each call loses one connection: use list() or a row callback")
                .allowEmptyShould(true);
    }

    /** A name says what a thing is. */
    public static ArchRule noEmptyNames() {
        return noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils|DTO|Base)")
                .because("such a name says nothing: name it after what it is in the field's own words")
                .allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> call(String what, java.util.function.Predicate<JavaAccess<?>> forbidden) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (forbidden.test(access)) {
                        events.add(SimpleConditionEvent.satisfied(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static DescribedPredicate<JavaField> areDeclaredNearMoney() {
        return describe("are declared near money", field -> nearMoney(field.getOwner()));
    }

    private static DescribedPredicate<JavaMethod> areDeclaredNearMoneyToo() {
        return describe("are declared near money", method -> nearMoney(method.getOwner()));
    }

    private static boolean nearMoney(JavaClass type) {
        return resideInAnyPackage(MONEY).test(type)
                && !type.getSimpleName().endsWith("Meters")
                && !type.getSimpleName().endsWith("Settings");
    }

    private static ArchCondition<JavaField> notBeFloating() {
        return new ArchCondition<>("not be floating point") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                report(events, field, field.getRawType(), field.getFullName());
            }
        };
    }

    private static ArchCondition<JavaMethod> notReturnFloating() {
        return new ArchCondition<>("not return floating point") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean lambda = method.getName().startsWith("lambda$");
                report(events, method, lambda ? null : method.getRawReturnType(), method.getFullName());
            }
        };
    }

    private static void report(
            ConditionEvents events, Object subject, @org.jspecify.annotations.Nullable JavaClass type, String name) {
        Set<String> floating = Set.of("float", "double", "java.lang.Float", "java.lang.Double");
        if (type != null && floating.contains(type.getFullName())) {
            events.add(SimpleConditionEvent.violated(subject, name + " is " + type.getFullName()));
        }
    }
}
