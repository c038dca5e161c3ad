namespace Headroom.Silo.Lending;

/// <summary>The event ids of what is lent: 1300 to 1399.</summary>
internal static class LendingEvents
{
    public const int Listening = 1300;
    public const int Closed = 1301;
    public const int AcceptFailed = 1302;
    public const int ServeFailed = 1303;
}
