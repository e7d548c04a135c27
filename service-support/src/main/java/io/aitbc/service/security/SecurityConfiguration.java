package io.aitbc.service.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Keys in, roles checked, calls limited. */
@AutoConfiguration(before = {SecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class})
@EnableConfigurationProperties(ServiceSettings.class)
public class SecurityConfiguration {

    @Bean
    KeyRing keyRing(ServiceSettings settings, ObjectProvider<KeyDirectory> directories, Environment environment) {
        List<KeyDirectory> all = new ArrayList<>();
        all.add(new StaticKeys(settings.keys(), environment));
        directories.orderedStream().forEach(all::add);
        return new KeyRing(all);
    }

    @Bean
    Keys keys(KeyRing ring, ObjectProvider<Keyless> keyless) {
        return new Keys(ring, keyless.orderedStream().toList());
    }

    @Bean
    RateLimits rateLimits(ServiceSettings settings) {
        return new RateLimits(settings);
    }

    @Bean
    Gate gate(Keys keys, RateLimits limits) {
        return new Gate(keys, limits);
    }

    /** Each filter of the chain would otherwise open and close an observation of its own on every request. */
    @Bean
    SecurityObservationSettings noObservationPerFilter() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    SecurityFilterChain serviceSecurity(
            HttpSecurity http, ServiceSettings settings, Keys keys, RateLimits limits, ObjectMapper json)
            throws Exception {
        return http.csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .addFilterBefore(new KeyFilter(keys, json), AuthorizationFilter.class)
                .addFilterBefore(new RateLimitFilter(limits, json), AuthorizationFilter.class)
                .exceptionHandling(handling -> handling.authenticationEntryPoint(new ProblemEntryPoint(json))
                        .accessDeniedHandler(new ProblemEntryPoint(json)))
                .authorizeHttpRequests(requests -> {
                    requests.requestMatchers("/actuator/health/**").permitAll();
                    var metrics = requests.requestMatchers("/actuator/prometheus", "/metrics");
                    if (settings.metricsPublic()) {
                        metrics.permitAll();
                    } else {
                        metrics.hasAnyRole(Role.VIEWER.name(), Role.OPERATOR.name(), Role.SERVICE.name());
                    }
                    requests.requestMatchers("/actuator/**").hasAnyRole(Role.VIEWER.name(), Role.OPERATOR.name());
                    // Every other path is fenced at its handler, by @Allowed or @Open.
                    requests.anyRequest().permitAll();
                })
                .build();
    }

    @Bean
    WebMvcConfigurer accessConfigurer() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new AccessInterceptor());
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgumentResolver());
            }
        };
    }

    @Bean
    SmartInitializingSingleton everyHandlerNamesItsRoles(
            @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        return () -> AccessInterceptor.verify(mapping);
    }
}
