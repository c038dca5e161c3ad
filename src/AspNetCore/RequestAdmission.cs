using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore;

/// <summary>Stands before an endpoint: who has no lease is answered here.</summary>
internal sealed partial class RequestAdmission(
    ISubsystem subsystem, HeadroomRequirement requirement, string endpoint, RequestDelegate next, ILogger logger)
{
    // The longest reason of a must-succeed.
    private const int MaxNameLength = 256;

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
        long bytes = requirement.Estimate(context);
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
        MemoryLease lease;
        try
        {
            lease = await LeaseAsync(bytes, context.RequestAborted);
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
        var admitted = new AdmittedRequest(lease);
        context.Response.RegisterForDispose(admitted);
        context.Features.Set<IMemoryLeaseFeature>(admitted);
        return true;
    }

    private ValueTask<MemoryLease> LeaseAsync(long bytes, CancellationToken cancellationToken) =>
        requirement.Urgency == Urgency.MustSucceed
            ? subsystem.AcquireMustSucceedAsync(bytes, endpoint, AtHome, cancellationToken)
            : subsystem.AcquireAsync(bytes, requirement.Urgency, cancellationToken);
}
