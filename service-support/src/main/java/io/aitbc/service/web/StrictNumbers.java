package io.aitbc.service.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigDecimal;

/** Refuses numbers that no ledger can hold: NaN, infinities, and exponents that would fill the memory when printed. */
final class StrictNumbers extends SimpleModule {

    private static final long serialVersionUID = 1L;
    private static final int MOST_DIGITS = 100;

    StrictNumbers() {
        super("strict-numbers");
        addDeserializer(BigDecimal.class, new Decimal());
        addDeserializer(Double.class, new Finite());
        addDeserializer(double.class, new Finite());
    }

    private static final class Decimal extends StdScalarDeserializer<BigDecimal> {

        private static final long serialVersionUID = 1L;

        Decimal() {
            super(BigDecimal.class);
        }

        @Override
        public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            BigDecimal value = NumberDeserializers.BigDecimalDeserializer.instance.deserialize(parser, context);
            if (value != null && (value.precision() > MOST_DIGITS || Math.abs((long) value.scale()) > MOST_DIGITS)) {
                return (BigDecimal) context.handleWeirdStringValue(
                        BigDecimal.class, parser.getText(), "at most %d digits", MOST_DIGITS);
            }
            return value;
        }
    }

    private static final class Finite extends StdScalarDeserializer<Double> {

        private static final long serialVersionUID = 1L;
        private static final NumberDeserializers.DoubleDeserializer PLAIN =
                new NumberDeserializers.DoubleDeserializer(Double.class, null);

        Finite() {
            super(Double.class);
        }

        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Double value = PLAIN.deserialize(parser, context);
            if (value != null && !Double.isFinite(value)) {
                return (Double)
                        context.handleWeirdStringValue(Double.class, parser.getText(), "must be a finite number");
            }
            return value;
        }
    }
}
