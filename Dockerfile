# Build: the service without the embedded servers, which a container has no use for.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
# The dependencies alone, so that a change of the sources does not fetch them again.
RUN mvn -B -q -Dexternal dependency:resolve dependency:resolve-plugins
COPY . .
RUN mvn -B -q -Dexternal -Dmaven.test.skip -Dspotless.check.skip package

FROM eclipse-temurin:17-jre
RUN groupadd --gid 10001 service \
 && useradd --uid 10001 --gid service --no-create-home --shell /usr/sbin/nologin service \
 && mkdir /data && chown service:service /data
WORKDIR /app
COPY --from=build /build/target/app.jar /build/config.yml ./
USER 10001:10001
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 8080 8081
# DATABASE_URL and REDIS_HOST are needed, and JWT_SECRET, SUPABASE_URL or JWKS_URL.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${ADMIN_PORT:-8081} && printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]
CMD ["server", "config.yml"]
