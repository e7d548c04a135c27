package io.aitbc.service.web;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.ServiceSettings;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.time.Instant;
import java.util.Arrays;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.FormatterRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Problem details, limits, request ids, strict JSON and the API description. */
@AutoConfiguration(before = {ErrorMvcAutoConfiguration.class, WebMvcAutoConfiguration.class})
@Import({ProblemAdvice.class, ErrorPageController.class})
public class WebConfiguration {

    private static final String SCHEME = "api-key";
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    @Bean
    FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
        FilterRegistrationBean<RequestIdFilter> bean = new FilterRegistrationBean<>(new RequestIdFilter());
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return bean;
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(ServiceSettings settings, ObjectMapper json) {
        FilterRegistrationBean<BodyLimitFilter> bean =
                new FilterRegistrationBean<>(new BodyLimitFilter(settings.largeBodies(), json));
        bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return bean;
    }

    /** Times in parameters are such as a database can hold: of the years 1970 to 9999. */
    @Bean
    WebMvcConfigurer sensibleTimes() {
        return new WebMvcConfigurer() {
            @Override
            public void addFormatters(FormatterRegistry registry) {
                registry.addConverter(String.class, Instant.class, text -> {
                    Instant time = Instant.parse(text.strip());
                    if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
                        throw new IllegalArgumentException("not between the years 1970 and 9999: " + text);
                    }
                    return time;
                });
            }
        };
    }

    @Bean
    Module strictNumbers() {
        return new StrictNumbers();
    }

    @Bean
    Jackson2ObjectMapperBuilderCustomizer strictJson() {
        return builder -> builder.featuresToEnable(
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
                .featuresToDisable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .postConfigurer(mapper -> mapper.addHandler(new UnknownFields()));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> plainErrorPages() {
        // What Tomcat refuses itself (a broken request line, say) must show neither its version nor a trace.
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                ErrorReportValve valve = new ErrorReportValve();
                valve.setShowReport(false);
                valve.setShowServerInfo(false);
                host.getPipeline().addValve(valve);
            }
        });
    }

    /** The description names fields as the JSON does. */
    @Bean
    ModelResolver modelResolver(ObjectMapper json) {
        return new ModelResolver(json, new SchemaNames());
    }

    @Bean
    OpenAPI openApi(ServiceSettings settings) {
        // Who calls is told by the key, not by a parameter.
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
        return new OpenAPI()
                .info(new Info().title(settings.name()).version("v1").license(new License().name("Apache-2.0")))
                .components(new Components()
                        .addSchemas(RefusalsInDescriptions.SCHEMA, RefusalsInDescriptions.problem())
                        .addSecuritySchemes(
                                SCHEME,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")))
                .addSecurityItem(new SecurityRequirement().addList(SCHEME));
    }

    @Bean
    OperationCustomizer rolesInDescriptions() {
        return (operation, handler) -> {
            Allowed allowed = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Allowed.class);
            if (allowed == null) {
                allowed = AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Allowed.class);
            }
            String roles = allowed == null ? "Open." : "Roles: " + Arrays.toString(allowed.value()) + ".";
            String said = operation.getDescription();
            return operation.description(said == null ? roles : said + "\n\n" + roles);
        };
    }

    @Bean
    OperationCustomizer refusalsInDescriptions() {
        return new RefusalsInDescriptions();
    }
}
