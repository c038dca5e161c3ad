using System.Text.Json;
using Xunit;

namespace Headroom.Silo.Tests.Http;

public sealed class OpenApiTests(HttpFixture fixture) : IClassFixture<HttpFixture>
{
    private static readonly string[] Routes =
    [
        "get /metrics",
        "get /v1/cluster",
        "get /v1/audit",
        "get /v1/events",
        "get /v1/hosts/{host}",
        "put /v1/hosts/{host}",
        "get /v1/hosts/{host}/containers/{container}",
        "put /v1/hosts/{host}/containers/{container}",
        "get /v1/hosts/{host}/containers/{container}/must-succeed",
        "get /v1/hosts/{host}/containers/{container}/subsystems/{subsystem}",
        "get /v1/hosts/{host}/containers/{container}/subsystems/{subsystem}/explain",
        "put /v1/hosts/{host}/containers/{container}/subsystems/{subsystem}",
        "post /v1/hosts/{host}/containers/{container}/subsystems/{subsystem}/leases",
        "post /v1/leases/{leaseId}/renew",
        "delete /v1/leases/{leaseId}",
    ];

    [Fact]
    public async Task Document_Always_DescribesEveryRoute()
    {
        JsonElement document = await ReadAsync();

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            Routes.Order(StringComparer.Ordinal),
            Operations(document).Select(operation => operation.Route).Order(StringComparer.Ordinal));
        Assert.All(
            Operations(document), operation => Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!));
    }

    [Fact]
    public async Task Document_EveryError_HasTheShapeOfAProblem()
    {
        foreach ((string route, JsonElement operation) in Operations(await ReadAsync()))
        {
            foreach (JsonProperty response in operation.GetProperty("responses").EnumerateObject())
            {
                if (response.Name[0] is '4' or '5')
                {
                    string? shape = response.Value.GetProperty("content").GetProperty("application/problem+json")
                        .GetProperty("schema").GetProperty("$ref").GetString();
                    Assert.True(
                        shape == "#/components/schemas/Problem", $"{route} {response.Name} has the shape {shape}");
                }

                Assert.NotEmpty(response.Value.GetProperty("description").GetString()!);
            }
        }
    }

    [Fact]
    public async Task Document_EveryReference_LeadsSomewhere()
    {
        JsonElement document = await ReadAsync();
        foreach (string reference in References(document))
        {
            JsonElement at = document;
            foreach (string part in reference.Split('/').Skip(1))
            {
                Assert.True(at.TryGetProperty(part, out at), $"{reference} leads nowhere");
            }
        }
    }

    [Fact]
    public async Task Document_EveryPathParameter_IsDescribedAndBounded()
    {
        foreach ((string route, JsonElement operation) in Operations(await ReadAsync()))
        {
            string[] inPath =
                [.. route.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'))];
            JsonElement[] parameters = operation.TryGetProperty("parameters", out JsonElement all)
                ? [.. all.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path")]
                : [];
            Assert.Equal(inPath, parameters.Select(parameter => parameter.GetProperty("name").GetString()));
            Assert.All(parameters, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
            Assert.All(
                parameters.Where(parameter => parameter.GetProperty("name").GetString() != "leaseId"),
                parameter => Assert.Equal(253, parameter.GetProperty("schema").GetProperty("maxLength").GetInt32()));
        }
    }

    [Fact]
    public async Task Document_RequestForALease_NamesRangesAndWords()
    {
        JsonElement ask = (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty("LeaseAsk");
        JsonElement fields = ask.GetProperty("properties");

        Assert.Equal("""["bytes","urgency","requestId"]""",
            ask.GetProperty("required").GetRawText().ReplaceLineEndings("").Replace(" ", ""));
        Assert.Equal(1, fields.GetProperty("bytes").GetProperty("minimum").GetInt64());
        Assert.Equal(long.MaxValue, fields.GetProperty("bytes").GetProperty("maximum").GetInt64());
        Assert.Equal("integer", fields.GetProperty("bytes").GetProperty("type").GetString());
        Assert.Equal(128, fields.GetProperty("requestId").GetProperty("maxLength").GetInt32());
        Assert.Equal(3600, fields.GetProperty("waitSeconds").GetProperty("maximum").GetInt32());
        Assert.Equal("number", fields.GetProperty("waitSeconds").GetProperty("type").GetString());
        JsonElement urgency = fields.GetProperty("urgency").GetProperty("anyOf");
        Assert.Equal(3, urgency[0].GetProperty("maximum").GetInt32());
        Assert.Equal("MustSucceed", urgency[1].GetProperty("enum")[3].GetString());
        Assert.Equal(0, fields.GetProperty("replicas").GetProperty("minimum").GetInt32());
        Assert.Equal(2, fields.GetProperty("replicas").GetProperty("maximum").GetInt32());
        Assert.All(
            fields.EnumerateObject(), field => Assert.NotEmpty(field.Value.GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task Document_Explain_NamesItsParametersAndTheirRanges()
    {
        JsonElement[] parameters =
        [
            .. Operations(await ReadAsync())
                .Single(operation => operation.Route.EndsWith("/explain", StringComparison.Ordinal))
                .Value.GetProperty("parameters").EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "query"),
        ];
        Assert.Equal(["bytes", "urgency"], parameters.Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.All(parameters, parameter => Assert.True(parameter.GetProperty("required").GetBoolean()));
        Assert.Equal(1, parameters[0].GetProperty("schema").GetProperty("minimum").GetInt64());
        Assert.Equal(
            "MustSucceed",
            parameters[1].GetProperty("schema").GetProperty("anyOf")[1].GetProperty("enum")[3].GetString());
    }

    [Fact]
    public async Task Document_Words_OfTheLadderAreListed()
    {
        JsonElement schemas = (await ReadAsync()).GetProperty("components").GetProperty("schemas");
        Assert.Equal(["normal"], Words("SubsystemChange", "state"));
        Assert.Equal(["normal", "waiting", "fallback", "readOnly", "failStop"], Words("SubsystemResource", "state"));
        Assert.Contains("loan", Words("LeaseResource", "rung"));
        Assert.Contains("quotaExceeded", Words("ExplainResource", "outcome"));

        string[] Words(string schema, string property) =>
        [
            .. schemas.GetProperty(schema).GetProperty("properties").GetProperty(property).GetProperty("enum")
                .EnumerateArray().Select(word => word.GetString()!),
        ];
    }

    private async Task<JsonElement> ReadAsync() => JsonElement.Parse(
        await fixture.Http.GetStringAsync(
            new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken));

    private static IEnumerable<(string Route, JsonElement Value)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "$ref" ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
