import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Drives the built launcher as a script would and judges exit status, standard output and standard error.
 * {@code java -cp 'target/bitloupe/lib/*' .ci/CommandLineChecks.java target/bitloupe ../shared/real [NAME...]} runs all checks, or those whose name contains
 * a NAME. Exit status 1 when one failed or none ran.
 */
class CommandLineChecks {
    static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    static final int MINUTES = 15;

    final String launcher;
    final Path samples;
    final Path real;
    final Path scratch;
    final List<String> names;
    int passed;
    int failed;

    CommandLineChecks(Path dist, Path real, List<String> names) throws IOException {
        this.launcher = dist.resolve("bin/bitloupe").toString();
        this.samples = dist.resolve("sample-models");
        this.real = real;
        this.scratch = Files.createTempDirectory("bitloupe-checks");
        this.names = names;
    }

    void all() {
        String fashion = samples.resolve("t10k-images-idx3-ubyte.gz").toString();
        String resnet14 = samples.resolve("resnet-14.onnx").toString();
        String resnet20 = real.resolve("resnet20-cifar10.onnx").toString();
        String cifar = real.resolve("cifar10-1000.npz").toString();
        String dscnn = real.resolve("dscnn-keywords.onnx").toString();
        String keywords = real.resolve("keywords-1000.npz").toString();
        String mobilenet = real.resolve("mobilenetv2-imagenet.onnx").toString();
        String imagenet = real.resolve("imagenet-1000").toString();

        // ---- inspect
        for (String model : List.of(resnet14, resnet20, dscnn, mobilenet)) {
            check("inspect " + Path.of(model).getFileName(), () -> {
                JsonNode json = json("inspect", model, "--json");
                expect(json.path("layers").size() > 0, "layers", json.path("layers"));
            });
        }

        // ---- evaluate: 8 bits cost next to nothing, and the float reference is what the model's makers say
        check("evaluate sample resnet-14", () -> evaluated(json("evaluate", resnet14, "--data", fashion, "--samples", "500", "--json"), 500, 0.88, 0.02));
        check("evaluate resnet20-cifar10", () -> evaluated(json("evaluate", resnet20, "--data", cifar, "--json"), 558, 0.87, 0.02));
        check("evaluate dscnn-keywords", () -> evaluated(json("evaluate", dscnn, "--data", keywords, "--json"), 558, 0.86, 0.03));
        check("evaluate mobilenetv2-imagenet", () -> evaluated(json("evaluate", mobilenet, "--data", imagenet, "--samples", "64", "--json"), 64, 0.75, 0.08));

        // ---- the answer does not depend on the number of threads
        check("evaluate is the same for 1 and 2 threads", () -> {
            JsonNode one = json("evaluate", dscnn, "--data", keywords, "--weight-bits", "4", "--threads", "1", "--json");
            JsonNode two = json("evaluate", dscnn, "--data", keywords, "--weight-bits", "4", "--threads", "2", "--json");
            for (String field : List.of("configDigest", "correct", "top1", "agreementFloat", "outputSqnrDb", "weightBytes")) {
                expect(one.path(field).equals(two.path(field)) && !one.path(field).isMissingNode(), field, one.path(field) + " and " + two.path(field));
            }
        });

        // ---- verify: the integer runtime against ONNX Runtime on the exported file
        check("verify resnet20-cifar10", () -> verified(json("verify", resnet20, "--data", cifar, "--samples", "100", "--json"), 100));
        check("verify dscnn-keywords", () -> verified(json("verify", dscnn, "--data", keywords, "--samples", "100", "--json"), 100));
        check("verify sample resnet-14", () -> verified(json("verify", resnet14, "--data", fashion, "--samples", "100", "--json"), 100));

        // ---- a command line of many kilobytes
        check("export with 200 --layer options", () -> {
            List<String> words = new ArrayList<>(List.of("export", resnet14, "--data", fashion, "--calibration-samples", "16"));
            for (int i = 0; i < 200; i++) {
                words.addAll(List.of("--layer", "*=W%dA8".formatted(2 + i % 7)));
            }
            Path exported = scratch.resolve("layers.onnx");
            words.addAll(List.of("--format", "qdq", "-o", exported.toString()));
            Run run = run(words.toArray(String[]::new));
            expect(run.status == 0 && Files.size(exported) > 0, "exit status", run.status + ", standard error " + run.err);
        });

        // ---- refusals: exit status 2, one sentence, no stack trace
        check("refuse operators of another domain", () -> refused("inspect", real.resolve("unsupported-superresolution.onnx").toString()));
        check("refuse a file that is not there", () -> refused("inspect", scratch.resolve("nothing.onnx").toString()));
        check("refuse a file that is no model", () -> {
            Path broken = Files.write(scratch.resolve("broken.onnx"), new byte[] {1, 2, 3, 4, 5});
            refused("inspect", broken.toString());
        });
        check("refuse an unknown option", () -> {
            Run run = run("evaluate", resnet14, "--no-such-option");
            expect(run.status == 2, "exit status", run.status);
        });
    }

    void evaluated(JsonNode json, int samples, double atLeastFloat, double atMostLost) {
        expect(json.path("samples").asInt() == samples, "samples", json.path("samples"));
        expect(json.path("runtime").asText().equals("integer"), "runtime", json.path("runtime"));
        expect(json.path("top1Float").asDouble() >= atLeastFloat, "top1Float", json.path("top1Float"));
        expect(json.path("top1").asDouble() >= json.path("top1Float").asDouble() - atMostLost, "top1", json.path("top1"));
        expect(Math.abs(json.path("top1").asDouble() - json.path("correct").asDouble() / samples) < 1e-6, "correct", json.path("correct"));
        expect(json.path("top1Low").asDouble() <= json.path("top1").asDouble() && json.path("top1").asDouble() <= json.path("top1High").asDouble(),
            "interval", json.path("top1Low") + " to " + json.path("top1High"));
        expect(json.path("weightBytes").asLong() > 0 && json.path("weightBytes").asLong() < json.path("floatWeightBytes").asLong() * 0.4,
            "weightBytes", json.path("weightBytes"));
        expect(json.path("layers").size() > 0, "layers", json.path("layers"));
    }

    void verified(JsonNode json, int samples) {
        expect(json.path("samples").asInt() == samples, "samples", json.path("samples"));
        expect(json.path("steps").size() > 0, "steps", json.path("steps"));
        expect(json.path("stepMaxLsb").isNumber() && json.path("stepMaxLsb").asInt() <= 1, "stepMaxLsb", json.path("stepMaxLsb"));
        for (JsonNode step : json.path("steps")) {
            boolean exact = List.of("Conv", "Gemm", "MatMul", "Add").contains(step.path("op").asText());
            expect(step.path("maxLsb").isNumber() && step.path("maxLsb").asInt() <= (exact ? 0 : 1), "maxLsb of " + step.path("name"), step);
        }
        expect(json.path("agreement").asDouble() >= 0.98, "agreement", json.path("agreement"));
    }

    void refused(String... arguments) throws Exception {
        Run run = run(arguments);
        expect(run.status == 2, "exit status", run.status);
        expect(run.out.isEmpty(), "standard output", run.out);
        expect(!run.err.isBlank() && run.err.strip().lines().count() == 1 && !run.err.contains("Exception"), "standard error", run.err);
    }

    /** The one JSON document of a command that succeeds and has no JVM warning on standard error. */
    JsonNode json(String... arguments) throws Exception {
        Run run = run(arguments);
        expect(run.status == 0, "exit status", run.status + ", standard error " + run.err);
        expect(!run.err.contains("WARNING"), "standard error", run.err);
        return JSON.readTree(run.out);
    }

    Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Files.createTempFile(scratch, "in", "").toFile()))
            .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("not done after " + MINUTES + " minutes: " + String.join(" ", arguments));
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    record Run(int status, String out, String err) {
    }

    interface Body {
        void run() throws Exception;
    }

    void check(String name, Body body) {
        if (!names.isEmpty() && names.stream().noneMatch(name::contains)) {
            return;
        }
        long start = System.nanoTime();
        String verdict;
        try {
            body.run();
            passed++;
            verdict = "ok    ";
        } catch (Exception | AssertionError e) {
            failed++;
            verdict = "FAILED";
            name += ": " + (e instanceof AssertionError ? e.getMessage() : e.toString());
        }
        System.out.printf("%s %5.1f s  %s%n", verdict, (System.nanoTime() - start) / 1e9, name);
    }

    static void expect(boolean holds, String what, Object was) {
        if (!holds) {
            String text = String.valueOf(was);
            throw new AssertionError(what + " was " + (text.length() > 600 ? text.substring(0, 600) + "..." : text));
        }
    }

    public static void main(String[] args) throws IOException {
        CommandLineChecks checks = new CommandLineChecks(Path.of(args[0]), Path.of(args[1]), List.of(args).subList(2, args.length));
        checks.all();
        System.out.println(checks.passed + " passed, " + checks.failed + " failed");
        System.exit(checks.failed > 0 || checks.passed == 0 ? 1 : 0);
    }
}
