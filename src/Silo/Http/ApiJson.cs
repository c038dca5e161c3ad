using System.Text.Json;
using System.Text.Json.Serialization;
using Headroom.Grains.Events;
using Microsoft.AspNetCore.Mvc;

namespace Headroom.Silo.Http;

/// <summary>The JSON of the API: camelCase, made at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(ClusterResponse))]
[JsonSerializable(typeof(HostResponse))]
[JsonSerializable(typeof(ContainerResponse))]
[JsonSerializable(typeof(SubsystemResponse))]
[JsonSerializable(typeof(LeaseResponse))]
[JsonSerializable(typeof(WaitingResponse))]
[JsonSerializable(typeof(AuditResponse))]
[JsonSerializable(typeof(HeadroomEvent))]
[JsonSerializable(typeof(HostChange))]
[JsonSerializable(typeof(ContainerChange))]
[JsonSerializable(typeof(SubsystemChange))]
[JsonSerializable(typeof(LeaseBody))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(RungResponse[]))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class ApiJson : JsonSerializerContext;
