namespace Headroom.Silo.Storage;

/// <summary>Asks the durable store whether it answers.</summary>
internal interface IStoreProbe
{
    /// <summary>Asks once. Never throws for a store that is gone.</summary>
    Task<bool> AnswersAsync();
}
