using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore;

/// <summary>Stands before an endpoint: who has no lease is answered here.</summary>
internal sealed partial class RequestAdmission(
    ISubsystem subsystem, HeadroomRequirement requirement, string endpoint, RequestDelegate next, ILogger logger)
{
    /// <summary>The longest reason of a must-succeed, and the longest key of an operation.</summary>
    internal const int MaxNameLength = 256;

    private readonly IOperation? _operation = requirement.Operation is { } key
        ? subsystem.Operation(key, requirement.OperationOptions)
        : null;

    // A handler would have to know how to use memory of another host.
    private static readonly MustSucceedOptions AtHome = new() { AllowLoan = false };

    /// <summary>What an endpoint is called: its name if it has one, or what routing shows of it.</summary>
    internal static string NameOf(EndpointBuilder endpoint)
    {
        string? name = endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName
            ?? endpoint.DisplayName;
        return string.IsNullOrWhiteSpace(name) ? "request" : name[..Math.Min(name.Length, MaxNameLength)];
    }

    internal async Task InvokeAsync(HttpContext context)
    {
        long bytes = requirement.Estimate?.Invoke(context) ?? _operation!.EstimateBytes;
        if (bytes < 0)
        {
            throw new InvalidOperationException($"The memory of a request to {endpoint} was estimated as {bytes}.");
        }

        if (bytes == 0 || await AdmitAsync(context, bytes))
        {
            await next(context);
        }
    }

    private async ValueTask<bool> AdmitAsync(HttpContext context, long bytes)
    {
        AdmittedRequest admitted;
        try
        {
            admitted = await LeaseAsync(bytes, context.RequestAborted);
        }
        catch (MemoryRefusedException refusal)
        {
            LogRefused(logger, endpoint, bytes, requirement.Urgency, refusal.RefusedBy);
            await RefusedRequest.AnswerAsync(context, refusal);
            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            LogTooLarge(logger, endpoint, bytes);
            await RefusedRequest.AnswerTooLargeAsync(context, bytes);
            return false;
        }

        // Disposed when the response has completed, also when its client went away or the handler threw.
        context.Response.RegisterForDispose(admitted);
        context.Features.Set<IMemoryLeaseFeature>(admitted);
        return true;
    }

    private async ValueTask<AdmittedRequest> LeaseAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_operation is not null)
        {
            return new AdmittedRequest(default, await _operation.AcquireAsync(requirement.Urgency, cancellationToken));
        }

        MemoryLease lease = requirement.Urgency == Urgency.MustSucceed
            ? await subsystem.AcquireMustSucceedAsync(bytes, endpoint, AtHome, cancellationToken)
            : await subsystem.AcquireAsync(bytes, requirement.Urgency, cancellationToken);
        return new AdmittedRequest(lease, default);
    }
}
