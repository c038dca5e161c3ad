using Headroom;
using Headroom.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds admission by memory to endpoints.</summary>
public static class HeadroomEndpointConventionBuilderExtensions
{
    /// <summary>
    /// As <see cref="RequireHeadroom{TBuilder}(TBuilder, string, Func{HttpContext, long}, Urgency)"/>, with the same
    /// size for each request.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="subsystem">The subsystem whose memory it is.</param>
    /// <param name="bytes">
    /// What a request will use; 0 or more. With 0 requests are admitted at once: to except an endpoint of a group.
    /// </param>
    /// <param name="urgency">What a refusal does to the caller.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The name, the bytes or the urgency are out of their range.</exception>
    public static TBuilder RequireHeadroom<TBuilder>(
        this TBuilder builder, string subsystem, long bytes, Urgency urgency = Urgency.SafeToFail)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return builder.RequireHeadroom(subsystem, _ => bytes, urgency);
    }

    /// <summary>
    /// Lets a request reach its endpoint only with a lease for the memory that it will use, which is held until its
    /// response has completed, however that ends. Waits for memory as the urgency does, and stops waiting when the
    /// client goes away. A request that is refused is answered with 503, <c>Retry-After</c> when trying again helps,
    /// and a problem that says who refused; one that is larger than its host, with 413. Its body has not been read
    /// then. Needs <c>AddHeadroom</c>.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints. Of several calls for one endpoint the most specific one counts.</param>
    /// <param name="subsystem">The subsystem whose memory it is.</param>
    /// <param name="estimate">
    /// Bytes that a request will use; called once for each, with 0 for none. Less than 0, or an exception, fails the
    /// request.
    /// </param>
    /// <param name="urgency">
    /// What a refusal does to the caller. <see cref="Urgency.MustSucceed"/> waits until memory is there or the client
    /// goes away; its reason is the endpoint's name.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The name or the urgency are out of their range.</exception>
    public static TBuilder RequireHeadroom<TBuilder>(
        this TBuilder builder,
        string subsystem,
        Func<HttpContext, long> estimate,
        Urgency urgency = Urgency.SafeToFail)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(estimate);
        return Require(builder, new HeadroomRequirement(subsystem, urgency) { Estimate = estimate });
    }

    /// <summary>
    /// As <see cref="RequireHeadroom{TBuilder}(TBuilder, string, Func{HttpContext, long}, Urgency)"/>, with an
    /// operation in place of a size: it asks for what such requests really used before, once handlers say that with
    /// <see cref="IMemoryLeaseFeature.EstimatedLease"/>. The reason of must-succeed is its key.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <param name="subsystem">The subsystem whose memory it is.</param>
    /// <param name="operation">
    /// 1 to 256 characters that name the kind of work. Endpoints with the same one learn together.
    /// </param>
    /// <param name="urgency">What a refusal does to the caller.</param>
    /// <param name="options">
    /// How it is estimated; null for the defaults. The first use of the operation decides.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The names or the urgency are out of their range.</exception>
    public static TBuilder RequireHeadroom<TBuilder>(
        this TBuilder builder,
        string subsystem,
        string operation,
        Urgency urgency = Urgency.SafeToFail,
        OperationOptions? options = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        if (operation.Length > RequestAdmission.MaxNameLength)
        {
            throw new ArgumentException(
                $"An operation has at most {RequestAdmission.MaxNameLength} characters.", nameof(operation));
        }

        return Require(
            builder,
            new HeadroomRequirement(subsystem, urgency) { Operation = operation, OperationOptions = options });
    }

    private static TBuilder Require<TBuilder>(TBuilder builder, HeadroomRequirement requirement)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(requirement));

        // When all have been added: two leases for one request would be one that is held while the other is waited for.
        builder.Finally(endpoint =>
        {
            if (ReferenceEquals(endpoint.Metadata.OfType<HeadroomRequirement>().Last(), requirement))
            {
                Guard(endpoint, requirement);
            }
        });
        return builder;
    }

    private static void Guard(EndpointBuilder endpoint, HeadroomRequirement requirement)
    {
        if (endpoint.RequestDelegate is not { } next)
        {
            return;
        }

        ISubsystem subsystem =
            endpoint.ApplicationServices.GetRequiredService<IMemoryBudget>().Subsystem(requirement.Subsystem);
        ILogger logger = endpoint.ApplicationServices.GetRequiredService<ILogger<RequestAdmission>>();
        endpoint.RequestDelegate = new RequestAdmission(
            subsystem, requirement, RequestAdmission.NameOf(endpoint), next, logger).InvokeAsync;
        endpoint.Metadata.Add(new ProducesResponseTypeMetadata(
            StatusCodes.Status503ServiceUnavailable, typeof(ProblemDetails), ["application/problem+json"]));
    }
}
