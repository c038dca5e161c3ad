using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Headroom.Silo.Http.Events;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Headroom.Silo.Http.Description;

/// <summary>Completes the OpenAPI document with what types cannot say: names, words, parameters, headers.</summary>
internal static class ApiDocument
{
    /// <summary>The document's name, which is in its address: <c>/openapi/v1.json</c>.</summary>
    public const string Name = "v1";

    private const string NamePattern = @"^(?!\.{1,2}$)[A-Za-z0-9._:@-]+$";

    /// <summary>Adds the transformers.</summary>
    public static void Complete(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Headroom";
            document.Info.Version = "1";
            document.Info.Description =
                "Memory admission control. Every number of bytes is a JSON integer; unknown fields are refused; every "
                + "error is application/problem+json.";

            // The address that the document was asked for at is of no use to whoever reads a copy of it.
            document.Servers = [];
            document.Paths.Add(HttpRoutes.Metrics, MetricsPath());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(CompleteOperation);
        options.AddSchemaTransformer(CompleteSchema);
    }

    private static Task CompleteOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            (parameter.Description, parameter.Schema) = parameter.Name switch
            {
                "host" => ("The host's name, as GET /v1/cluster lists it.", NameSchema()),
                "container" => ("The container's name.", NameSchema()),
                "subsystem" => ("The subsystem's name.", NameSchema()),
                "leaseId" => ("The id that the lease came with.", parameter.Schema),
                _ => (parameter.Description, parameter.Schema),
            };
        }

        foreach ((string status, IOpenApiResponse answer) in operation.Responses ?? [])
        {
            if (answer is OpenApiResponse response)
            {
                response.Description = Meaning(status) ?? response.Description;
                AddHeaders(status, response);
            }
        }

        if (operation.OperationId == "explainRequest")
        {
            operation.Parameters =
            [
                .. operation.Parameters ?? [],
                Required("bytes", "How many.", new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int64",
                    Minimum = "1",
                }),
                Required("urgency", "How badly.", Either(Words.AllUrgencies)),
            ];
        }

        if (operation.OperationId == "getEvents")
        {
            operation.Parameters =
            [
                Parameter(
                    "types",
                    ParameterLocation.Query,
                    "Only events of these types, separated by commas.",
                    TypesSchema()),
                Parameter("container", ParameterLocation.Query, "Only events of this container.", NameSchema()),
                Parameter(
                    EventRoutes.LastEventId,
                    ParameterLocation.Header,
                    "Only events after this one.",
                    new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" }),
            ];
        }

        return Task.CompletedTask;
    }

    private static Task CompleteSchema(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { } property && WordsOf(property) is { } words)
        {
            if (property.PropertyType == typeof(string))
            {
                schema.Enum = [.. words.Select(word => (JsonNode)word)];
            }
            else
            {
                // Of what clients send: the number or the word, whichever they have at hand.
                schema.Type = null;
                schema.Format = null;
                schema.AnyOf = Either(words).AnyOf;
            }
        }

        // Nothing here is ever null: in requests it is refused, in answers what does not apply is absent.
        schema.Type &= ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }

    // The number or the word.
    private static OpenApiSchema Either(IReadOnlyList<string> words) => new()
    {
        AnyOf =
        [
            new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "0",
                Maximum = (words.Count - 1).ToString(CultureInfo.InvariantCulture),
            },
            new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. words.Select(word => (JsonNode)word)],
            },
        ],
    };

    // The exporter's route does not describe itself.
    private static OpenApiPathItem MetricsPath() => new()
    {
        Operations = new Dictionary<HttpMethod, OpenApiOperation>
        {
            [HttpMethod.Get] = new()
            {
                OperationId = "getMetrics",
                Summary = "Shows the metrics of this silo, in the text format of Prometheus.",
                Responses = new OpenApiResponses
                {
                    ["200"] = new OpenApiResponse
                    {
                        Description = "OK",
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            ["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                        },
                    },
                },
            },
        },
    };

    private static IReadOnlyList<string>? WordsOf(JsonPropertyInfo property) => property.Name switch
    {
        "urgency" or "maxUrgency" => Words.AllUrgencies,
        "lastResort" => Words.AllLastResorts,
        "rung" => Words.AllRungs,
        "outcome" => Words.AllOutcomes,
        "state" when property.DeclaringType == typeof(Budgets.SubsystemChange) => [Budgets.SubsystemChange.Normal],
        "state" => Words.AllStates,
        "pressure" => Words.AllPressures,
        "type" when property.DeclaringType == typeof(Shapes.EventResource) => EventFilter.AllTypes,
        _ => null,
    };

    private static string? Meaning(string status) => status switch
    {
        "201" => "Granted.",
        "202" => "It still waits, and keeps its place: send the same request again.",
        "204" => "It is given back.",
        "400" => "Bad input: field and errors name what is wrong, and what is allowed. Nothing has changed.",
        "403" => "The subsystem's policy does not allow this urgency, or the must-succeed quota is used up.",
        "404" => "There is no such host, container, subsystem or lease.",
        "409" => "The same request id came before with another body.",
        "410" => "The lease was released, it lapsed, or the hosts that lent its memory lost it.",
        "415" => "The body is not application/json in UTF-8.",
        "429" => "Refused for want of memory: refusedBy, availableBytes, rungs and holders say why.",
        "503" => "An authority cannot answer now: it drains, starts, or lost its store. Repeating the request is safe. "
            + "Or, with the type last-resort: must-succeed could not be met, and the subsystem is in the state named.",
        _ => null,
    };

    private static void AddHeaders(string status, OpenApiResponse response)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        if (status is "202" or "429" or "503")
        {
            response.Headers["Retry-After"] = new OpenApiHeader
            {
                Description = "When to try again, in whole seconds.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            };
        }
        else if (status == "201")
        {
            response.Headers["Location"] = new OpenApiHeader
            {
                Description = "Where the lease is.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
    }

    private static OpenApiSchema NameSchema() => new()
    {
        Type = JsonSchemaType.String,
        MinLength = 1,
        MaxLength = ResourceName.MaxLength,
        Pattern = NamePattern,
    };

    private static OpenApiSchema TypesSchema() => new()
    {
        Type = JsonSchemaType.String,
        Description = $"Some of {string.Join(", ", EventFilter.AllTypes)}.",
    };

    private static OpenApiParameter Required(string name, string description, OpenApiSchema schema)
    {
        OpenApiParameter parameter = Parameter(name, ParameterLocation.Query, description, schema);
        parameter.Required = true;
        return parameter;
    }

    private static OpenApiParameter Parameter(
        string name, ParameterLocation location, string description, OpenApiSchema schema) => new()
        {
            Name = name,
            In = location,
            Description = description,
            Required = false,
            Schema = schema,
        };
}
