using System.Text.Json;
using System.Text.Json.Serialization;
using Headroom.Silo.Http.Budgets;
using Headroom.Silo.Http.Leases;

namespace Headroom.Silo.Http.Shapes;

/// <summary>How everything that HTTP answers is written; without reflection.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.General,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ClusterResource))]
[JsonSerializable(typeof(HostResource))]
[JsonSerializable(typeof(ContainerResource))]
[JsonSerializable(typeof(SubsystemResource))]
[JsonSerializable(typeof(LeaseResource))]
[JsonSerializable(typeof(WaitingResource))]
[JsonSerializable(typeof(AuditResource))]
[JsonSerializable(typeof(EventResource))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HostChange))]
[JsonSerializable(typeof(ContainerChange))]
[JsonSerializable(typeof(SubsystemChange))]
[JsonSerializable(typeof(LeaseAsk))]
internal sealed partial class ShapesJson : JsonSerializerContext;
