namespace Headroom.Contracts;

/// <summary>
/// The authority over one host's memory; decides between containers. Key: the host's name.
/// What it has promised is durable before anybody may use it.
/// </summary>
[Alias("headroom.IHostBudgetGrain")]
public interface IHostBudgetGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the calling activation the only authority over a container: gives it a new epoch, written before this
    /// returns.
    /// A container that nobody declared is created with the defaults of the configuration.
    /// </summary>
    [Alias("Join")]
    ValueTask<ContainerTerms> JoinAsync(string container, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back and asks for allotment; a repeated or late request repeats the current order and grants nothing.
    /// </summary>
    [Alias("Allot")]
    ValueTask<AllotAnswer> AllotAsync(AllotRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the host what its machine really uses. Answers with the containers whose readings are wanted.
    /// </summary>
    [Alias("Observe")]
    ValueTask<HostView> ObserveAsync(HostObservation observation, CancellationToken cancellationToken);

    /// <summary>Raises or lowers what the host's reserve may lend to others; durable before this returns.</summary>
    [Alias("MarkLent")]
    ValueTask<LentMarkReply> MarkLentAsync(LentMarkRequest request, CancellationToken cancellationToken);

    /// <summary>The host as it stands now.</summary>
    [Alias("Get")]
    ValueTask<HostView> GetAsync(CancellationToken cancellationToken);

    /// <summary>Changes the host's settings. On a refusal nothing has changed.</summary>
    [Alias("Configure")]
    ValueTask<ConfigureAnswer> ConfigureAsync(HostSettings settings, CancellationToken cancellationToken);

    /// <summary>Declares a container or changes its settings. On a refusal nothing has changed.</summary>
    [Alias("ConfigureContainer")]
    ValueTask<ConfigureAnswer> ConfigureContainerAsync(
        string container, ContainerSettings settings, CancellationToken cancellationToken);

    /// <summary>
    /// Takes away the settings of a container that is no more, once nothing is held there; durable before this
    /// returns.
    /// </summary>
    /// <returns>Whether the host knows nothing of it now. While bytes are held nothing has changed.</returns>
    [Alias("ForgetContainer")]
    ValueTask<bool> ForgetContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Declares a subsystem or changes its policy. On a refusal nothing has changed.</summary>
    [Alias("ConfigureSubsystem")]
    ValueTask<ConfigureAnswer> ConfigureSubsystemAsync(
        string container, string subsystem, SubsystemPolicy policy, CancellationToken cancellationToken);

    /// <summary>The declared settings of a container, or null when the host does not know it.</summary>
    [Alias("GetContainer")]
    ValueTask<ContainerTerms?> GetContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Checks the host's invariants, and that its books agree with those of its containers.</summary>
    [Alias("Audit")]
    ValueTask<AuditReport> AuditAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stops new grants on this host and writes what is not yet written. Called when the silo drains.
    /// </summary>
    [Alias("Drain")]
    ValueTask DrainAsync(CancellationToken cancellationToken);
}
