namespace Headroom.Silo.Http;

/// <summary>The event ids of HTTP: 1200 to 1299.</summary>
internal static class HttpEvents
{
    public const int Unavailable = 1200;
    public const int Fault = 1201;
    public const int AbandonFailed = 1202;
    public const int LoanRenewFailed = 1203;
    public const int LoanReleaseFailed = 1204;
}
