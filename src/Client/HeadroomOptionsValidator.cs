using System.Globalization;
using Microsoft.Extensions.Options;

namespace Headroom;

/// <summary>Checks all options, and names each that is wrong.</summary>
internal sealed class HeadroomOptionsValidator : IValidateOptions<HeadroomOptions>
{
    internal const long MaxIdleCreditBytesLimit = 1L << 40;
    internal static readonly TimeSpan MinCallTimeout = TimeSpan.FromMilliseconds(50);
    internal static readonly TimeSpan MaxCallTimeout = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, HeadroomOptions options)
    {
        List<string> errors = [.. Errors(options)];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    internal static void ThrowIfInvalid(HeadroomOptions options)
    {
        List<string> errors = [.. Errors(options)];
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(HeadroomOptions), typeof(HeadroomOptions), errors);
        }
    }

    private static readonly TimeSpan MinReservationIdle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxReservationIdle = TimeSpan.FromDays(1);

    private static IEnumerable<string> Errors(HeadroomOptions options)
    {
        if (!ResourceName.IsValid(options.Container))
        {
            yield return $"Headroom: {nameof(options.Container)} {ResourceName.Rule}; it is \"{options.Container}\".";
        }

        if (!ResourceName.IsValid(options.Host))
        {
            yield return $"Headroom: {nameof(options.Host)} {ResourceName.Rule}; it is \"{options.Host}\".";
        }

        if (!GatewayAddress.TryParseList(options.Gateway, out _))
        {
            yield return $"Headroom: {nameof(options.Gateway)} must be host:port, several separated by commas, with "
                + $"ports of 1 to 65535; it is \"{options.Gateway}\".";
        }

        if (options.StandInGateway.Length > 0 && !GatewayAddress.TryParseList(options.StandInGateway, out _))
        {
            yield return $"Headroom: {nameof(options.StandInGateway)} must be host:port, several separated by commas, "
                + $"with ports of 1 to 65535, or nothing; it is \"{options.StandInGateway}\".";
        }

        if (options.CallTimeout < MinCallTimeout || options.CallTimeout > MaxCallTimeout)
        {
            yield return $"Headroom: {nameof(options.CallTimeout)} must be {MinCallTimeout} to {MaxCallTimeout}; it is "
                + $"{options.CallTimeout}.";
        }

        if (options.MaxIdleCreditBytes is < 0 or > MaxIdleCreditBytesLimit)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Headroom: {nameof(options.MaxIdleCreditBytes)} must be 0 to {MaxIdleCreditBytesLimit}; it is "
                + $"{options.MaxIdleCreditBytes}.");
        }

        if (options.ReservationIdle < MinReservationIdle || options.ReservationIdle > MaxReservationIdle)
        {
            yield return $"Headroom: {nameof(options.ReservationIdle)} must be {MinReservationIdle} to "
                + $"{MaxReservationIdle}; it is {options.ReservationIdle}.";
        }

        if (options.TimeProvider is null)
        {
            yield return $"Headroom: {nameof(options.TimeProvider)} must not be null.";
        }
    }
}
