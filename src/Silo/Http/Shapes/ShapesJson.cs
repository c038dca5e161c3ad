using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Chaos;
using Headroom.Silo.Http.Leases;

namespace Headroom.Silo.Http.Shapes;

/// <summary>How everything that HTTP answers is written; without reflection. Use <see cref="Wire"/>.</summary>
[JsonSerializable(typeof(ClusterResource))]
[JsonSerializable(typeof(HostResource))]
[JsonSerializable(typeof(ContainerResource))]
[JsonSerializable(typeof(SubsystemResource))]
[JsonSerializable(typeof(LeaseResource))]
[JsonSerializable(typeof(MustSucceedResource))]
[JsonSerializable(typeof(ExplainResource))]
[JsonSerializable(typeof(WaitingResource))]
[JsonSerializable(typeof(AuditResource))]
[JsonSerializable(typeof(EventResource))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HostChange))]
[JsonSerializable(typeof(ContainerChange))]
[JsonSerializable(typeof(SubsystemChange))]
[JsonSerializable(typeof(LeaseAsk))]
[JsonSerializable(typeof(PressureAsk))]
[JsonSerializable(typeof(PressureResource))]
internal sealed partial class ShapesJson : JsonSerializerContext
{
    /// <summary>
    /// camelCase; what is null is absent; only escaped what JSON itself wants escaped, since nothing of this is ever
    /// put into a page.
    /// </summary>
    public static readonly ShapesJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
